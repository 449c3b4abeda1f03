import { describe, expect, test } from 'vitest';
import { limits } from '../../src/index.ts';
import { type Seen, withVictim } from './support/attack-setup.ts';
import type { Bombs } from './support/attacks/bombs.ts';
import { expectCounted, expectHeld, medianHeldMs } from './support/promises.ts';

const mebibyte = 1_048_576;
const small = { maxMessageBytes: 16 * mebibyte };
const one = { members: 1, messages: 1 } as const;

describe('one message that is much more in memory than on the wire', () => {
  test.for([
    { of: 'message', item: 'maps', count: 15 * mebibyte, via: 'tls', ...one },
    { of: 'message', item: 'nested', count: 15 * mebibyte, via: 'tls', ...one },
    { of: 'request', item: 'arrays', count: 15 * mebibyte, via: 'tls', ...one },
    { of: 'response', item: 'maps', count: 15 * mebibyte, via: 'tls', ...one },
    { of: 'volatile', item: 'texts', count: 7 * mebibyte, via: 'tls', ...one },
    { of: 'message', item: 'maps', count: 4 * mebibyte, via: 'webrtc', ...one },
  ] satisfies Bombs[])('is refused as it is: $of of $item over $via', (bombs) =>
    withVictim(small, async ({ attack }) => {
      const seen = await attack('sendBombs', bombs);
      expectHeld(seen);
      // An answer to nothing is not looked at.
      if (bombs.of !== 'response') expectCounted(seen, 'ERR_PROTOCOL');
    }),
  );

  test('holds the event loop no longer than the promise, again and again', () =>
    withVictim(small, async ({ attack }) => {
      const seen: Seen[] = [];
      for (let no = 0; no < 5; no += 1)
        seen.push(await attack('sendBombs', { of: 'request', item: 'maps', count: 15 * mebibyte, via: 'tls', ...one }));
      expect(medianHeldMs(seen)).toBeLessThanOrEqual(100);
    }));

  test('of the largest size that the command takes', () =>
    withVictim({}, async ({ attack }) => {
      const count = limits.messages.bytes - 64;
      const seen = await attack(
        'sendBombs',
        { of: 'message', item: 'maps', count, via: 'tls', ...one },
        { timeMs: 40_000 },
      );
      // It is there as bytes before it is looked at, twice while it is put together.
      expectHeld(seen, { poolsMb: (2 * count) / mebibyte, many: true });
      expectCounted(seen, 'ERR_PROTOCOL');
    }));
});
