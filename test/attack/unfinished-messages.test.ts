import { describe, test } from 'vitest';
import { withVictim } from './support/attack-setup.ts';
import { expectHeld, pools } from './support/promises.ts';

const mebibyte = 1_048_576;

describe('messages of which the end never comes have one pool', () => {
  test('from 12 identities that leave, of which each sends no more than it may', () =>
    withVictim({ maxMessageBytes: 16 * mebibyte }, async ({ attack }) => {
      const most = 16 * mebibyte;
      const seen = await attack(
        'sendUnfinished',
        { identities: 12, messages: 2, total: most, bytes: most - 65_536 },
        { timeMs: 30_000 },
      );
      expectHeld(seen, { many: true });
    }));

  test('with the default for the largest message', () =>
    withVictim({}, async ({ attack }) => {
      const total = 128 * mebibyte;
      const seen = await attack(
        'sendUnfinished',
        { identities: 12, messages: 2, total, bytes: 48 * mebibyte },
        { timeMs: 30_000 },
      );
      expectHeld(seen, { poolsMb: pools.unfinishedMb, many: true });
    }));
});
