import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, test } from 'vitest';
import { withVictim } from './support/attack-setup.ts';
import { expectCounted, expectHeld } from './support/promises.ts';

const directory = mkdtempSync(join(tmpdir(), 'lanpeer-attack-streams-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));
/** The victim accepts streams of type `file`, and writes what comes to files. */
const victim = { args: ['--no-discovery', '--streams', directory, '--accept', 'file'] };

describe('a member with byte streams', () => {
  test.for(['floodAttaches', 'openAndReset', 'sendByteByByte'] as const)('%s: others are served', (name) =>
    withVictim(victim, async ({ attack }) => {
      const seen = await attack(name, { via: 'tls', ms: 3_000 }, { timeMs: 25_000 });
      expectHeld(seen, { many: true });
    }),
  );

  test('opens streams without an end: its link ends with a code that is counted', () =>
    withVictim(victim, async ({ attack }) => {
      const seen = await attack('openWithoutEnd', { via: 'tls', ms: 3_000 }, { timeMs: 25_000 });
      expectHeld(seen, { many: true });
      expectCounted(seen, 'ERR_PROTOCOL');
    }));
});
