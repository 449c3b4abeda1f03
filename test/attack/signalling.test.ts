import { describe, expect, test } from 'vitest';
import { withVictim } from './support/attack-setup.ts';
import { expectCounted, expectHeld } from './support/promises.ts';

describe('a member on its signalling sessions', () => {
  test.for([
    { identities: 1, ms: 4_000, ofEach: 60 },
    { identities: 6, ms: 4_000, ofEach: 60 },
    { identities: 6, ms: 3_000, ofEach: 1 },
  ])('signals for links that do not exist: $identities identities, $ofEach for each link', (signals) =>
    withVictim({}, async ({ attack }) => {
      const seen = await attack('signalUnknownLinks', signals, { timeMs: 25_000 });
      expectHeld(seen, { many: true });
    }),
  );

  test('what is no signalling message ends the session with a code that is counted', () =>
    withVictim({}, async ({ attack }) => {
      const seen = await attack('signalNonsense', undefined, { timeMs: 25_000 });
      expectHeld(seen, { many: true });
      expectCounted(seen, 'ERR_PROTOCOL', 6);
      expect(seen.outcomes).not.toContain('open');
    }));

  test('records that nothing carries end the session with a code that is counted', () =>
    withVictim({}, async ({ attack }) => {
      const seen = await attack('sendUncarried', undefined, { timeMs: 25_000 });
      expectHeld(seen, { many: true });
      expectCounted(seen, 'ERR_PROTOCOL', 2);
      expect(seen.outcomes).toEqual(['ERR_SIGNALLING', 'ERR_SIGNALLING']);
    }));
});
