import { describe, expect, test } from 'vitest';
import { withVictim } from './support/attack-setup.ts';
import { expectHeld } from './support/promises.ts';

describe('what a member says of itself', () => {
  test('when it changes with every frame, is told now and then', () =>
    withVictim({}, async ({ attack }) => {
      const seen = await attack('floodProperties', { via: 'tls', ms: 3_000 });
      expectHeld(seen, { many: true });
      expect(seen.refused).toEqual({});
      expect(seen.lines).toBeLessThan(200);
    }));

  test('when it joins groups without end, loses its link', () =>
    withVictim({}, async ({ attack }) => {
      const seen = await attack('joinWithoutEnd', { via: 'tls', ms: 1_000 });
      expectHeld(seen, { many: true });
      expect(seen.refused['ERR_PROTOCOL']).toBeGreaterThan(0);
    }));
});
