import type { LimitTests } from './limit-tests.ts';

export const trust: LimitTests = {
  reached: {
    'test/unit/node/access/pairing.test.ts': ['invitation.validMs'],
    'test/unit/protocol/invitation.test.ts': ['invitation.addresses'],
    'test/unit/node/access/pending-trust.test.ts': ['trust.pending', 'trust.pendingPerAddress', 'trust.pendingMs'],
    'test/unit/identity/trust-file.test.ts': ['trust.devices', 'trust.fileBytes'],
    'test/unit/node/access/trusted-devices.test.ts': ['trust.revoked'],
  },
  unreached: [],
};
