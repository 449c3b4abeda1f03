import type { LimitTests } from './limit-tests.ts';

export const diagnosis: LimitTests = {
  reached: {
    'test/unit/node/diagnosis/time.test.ts': ['diagnosis.dials', 'diagnosis.jumps', 'diagnosis.jumpMs'],
    'test/unit/diagnosis/machine-checks.test.ts': ['diagnosis.lines'],
    'test/unit/diagnosis/device-checks.test.ts': ['diagnosis.goneMs', 'diagnosis.upgradeMs'],
    'test/unit/diagnosis/process-checks.test.ts': ['diagnosis.lateMs'],
  },
  unreached: [
    'diagnosis.timeoutMs',
    'diagnosis.peerTimeoutMs',
    'diagnosis.peerAddresses',
    'diagnosis.webrtcMs',
    'diagnosis.mostMs',
    'diagnosis.listenMs',
    'diagnosis.answerMs',
    'diagnosis.devices',
    'diagnosis.addresses',
    'diagnosis.probeMs',
    'diagnosis.copies',
    'diagnosis.lookEveryMs',
    'diagnosis.jumpedMs',
    'diagnosis.lateShare',
  ],
};
