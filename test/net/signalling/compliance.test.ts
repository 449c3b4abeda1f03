import { describe, it } from 'vitest';
import { ephemeralIdentity } from '../../../src/adapters/identity/ephemeral.ts';
import { tlsSignalling } from '../../../src/adapters/signalling/tls-signalling.ts';
import { systemClock } from '../../../src/environment.ts';
import { signallingCompliance } from '../../../src/testing/compliance/signalling.ts';

describe('signalling over TLS', () => {
  it.each(signallingCompliance)('$name', ({ run }) =>
    run(async () => {
      const identity = await ephemeralIdentity({ clock: systemClock }).open();
      const address = '127.0.0.1';
      return {
        id: identity.id,
        address,
        signalling: (options) => tlsSignalling({ identity, addresses: [address], clock: systemClock, ...options }),
      };
    }),
  );
});
