import { describe, test } from 'vitest';
import { withVictim } from './support/attack-setup.ts';
import type { Bombs } from './support/attacks/bombs.ts';
import { expectHeld, pools } from './support/promises.ts';

const three = { via: 'tls', members: 3, item: 'maps' } as const;

describe('messages that wait for their handlers weigh what they hold', () => {
  test.for([
    { ...three, of: 'message', count: 999_000, messages: 10 },
    // Each within every cap: what counts is how many wait.
    { ...three, of: 'message', count: 99_000, messages: 80 },
    { ...three, of: 'request', count: 99_000, messages: 40 },
    { ...three, of: 'volatile', count: 99_000, messages: 40 },
  ] satisfies Bombs[])('$messages of $of with $count empty maps from each of three members', (bombs) =>
    withVictim({}, async ({ attack }) => {
      const seen = await attack('sendBombs', bombs, { unread: true, timeMs: 20_000 });
      expectHeld(seen, { poolsMb: pools.waitingMb, many: true });
    }),
  );
});
