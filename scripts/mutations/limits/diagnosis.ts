import type { LimitTests } from './limit-tests.ts';

export const diagnosis: LimitTests = {
  reached: {
    'test/unit/node/diagnosis/time.test.ts': ['diagnosis.dials', 'diagnosis.jumps', 'diagnosis.jumpMs'],
    'test/unit/diagnosis/machine-checks.test.ts': ['diagnosis.lines'],
    'test/unit/diagnosis/device-checks.test.ts': ['diagnosis.goneMs', 'diagnosis.upgradeMs'],
    'test/unit/diagnosis/network-checks.test.ts': ['diagnosis.listenMs', 'diagnosis.devices'],
    'test/unit/diagnosis/process-checks.test.ts': [
      'diagnosis.lateMs',
      'diagnosis.lateShare',
      'diagnosis.lookEveryMs',
      'diagnosis.jumpedMs',
    ],
    'test/unit/node/diagnosis/diagnose.test.ts': ['diagnosis.timeoutMs'],
  },
  unreached: [
    'diagnosis.peerTimeoutMs',
    'diagnosis.peerAddresses',
    'diagnosis.webrtcMs',
    'diagnosis.mostMs',
    'diagnosis.answerMs',
    'diagnosis.addresses',
    'diagnosis.probeMs',
    'diagnosis.copies',
  ],
};
