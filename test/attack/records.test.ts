import { describe, expect, test } from 'vitest';
import { withVictim } from './support/attack-setup.ts';
import { expectHeld } from './support/promises.ts';

describe('records full of frames that cost nothing to send', () => {
  test.for([
    { via: 'tls', records: 77 },
    { via: 'webrtc', records: 77 },
  ] as const)('$records of pings over $via are answered by the newest few', (pings) =>
    withVictim({}, async ({ attack }) => {
      const seen = await attack('floodPings', pings);
      expectHeld(seen, { many: true });
    }),
  );

  test('streams that begin without end are no lines without end, read or not', () =>
    withVictim({}, async ({ attack }) => {
      const seen = await attack('floodBegins', { via: 'tls', ms: 3_000 }, { unread: true });
      expectHeld(seen, { many: true });
      expect(seen.lines).toBeLessThan(1_000);
    }));
});
