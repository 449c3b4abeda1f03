import { describe, expect, test } from 'vitest';
import { limits } from '../../src/limits.ts';
import type { Seen } from './support/attack-setup.ts';
import { withVictim } from './support/attack-setup.ts';
import { expectHeld } from './support/promises.ts';

const { burst, everyMs, rounds, sizes, udpMs } = limits.probes;
const ms = 5_000;
/** What is tried for one peer in that time, at most. */
const most = burst + (ms + udpMs + 500) / everyMs + 1;

const figures = ({ outcomes }: Seen): Readonly<Record<string, number>> =>
  Object.fromEntries(outcomes.map((text) => text.split(' ')).map(([name = '', figure]) => [name, Number(figure)]));

describe('a member that asks to be probed without an end', () => {
  test('gets few connections and few datagrams, and no other peer notices', () =>
    withVictim({}, async ({ attack }) => {
      const seen = await attack('probeWithoutEnd', { ms, flood: false });
      expectHeld(seen, { many: true });
      const { busy = 0, dialed = 0, datagrams = 0, ended } = figures(seen);
      // None of it is against the protocol.
      expect(ended).toBe(0);
      expect(busy).toBeGreaterThan(50);
      expect(dialed).toBeGreaterThan(0);
      expect(dialed).toBeLessThanOrEqual(most);
      expect(datagrams).toBeLessThanOrEqual(most * rounds);
    }));

  test('and floods the ports that are opened for it, is answered a few times', () =>
    withVictim({}, async ({ attack }) => {
      const seen = await attack('probeWithoutEnd', { ms, flood: true });
      expectHeld(seen, { many: true });
      const { datagrams = 0, sent = 0 } = figures(seen);
      expect(sent).toBeGreaterThan(10_000);
      expect(datagrams).toBeGreaterThan(0);
      expect(datagrams).toBeLessThanOrEqual(most * rounds * (sizes.length + 1));
    }));
});
