import { randomBytes } from 'node:crypto';
import type { Clock } from '../../environment.ts';
import { LanpeerError } from '../../errors.ts';
import { deviceIdOfKey, formatPrivateKey, makeCertificate, makePrivateKey } from './certificate.ts';
import type { IdentityStore } from './port.ts';
import { memoryTrust } from './trust-file.ts';

/** An identity for one life of this object: nothing is written, and every run of the node has a higher incarnation. */
export function ephemeralIdentity({ clock }: { readonly clock: Clock }): IdentityStore {
  const key = makePrivateKey();
  const trust = memoryTrust();
  let counter = 0;
  let held = false;
  return {
    async open() {
      if (held) throw new LanpeerError('ERR_STATE_IN_USE', 'Another running node uses this identity.');
      held = true;
      let released = false;
      counter = Math.max(counter + 1, Math.floor(clock.now()));
      return {
        id: deviceIdOfKey(key),
        privateKeyPem: formatPrivateKey(key),
        certificatePem: makeCertificate(key),
        trust,
        incarnation: { counter, random: randomBytes(8).toString('hex') },
        release() {
          if (!released) held = false;
          released = true;
          return Promise.resolve();
        },
      };
    },
  };
}
