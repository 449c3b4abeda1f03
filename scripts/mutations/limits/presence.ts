import type { LimitTests } from './limit-tests.ts';

export const presence: LimitTests = {
  reached: {
    'test/unit/protocol/presence/presence.test.ts': [
      'presence.propertiesBytes',
      'presence.groups',
      'presence.groupNameBytes',
    ],
    'test/unit/node/presence/peer-presence.test.ts': ['presence.everyMs'],
  },
  unreached: [],
};
