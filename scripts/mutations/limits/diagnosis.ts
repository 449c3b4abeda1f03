import type { LimitTests } from './limit-tests.ts';

export const diagnosis: LimitTests = {
  reached: {},
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
    'diagnosis.dials',
    'diagnosis.copies',
    'diagnosis.jumps',
    'diagnosis.lookEveryMs',
    'diagnosis.lines',
    'diagnosis.jumpMs',
    'diagnosis.jumpedMs',
    'diagnosis.lateMs',
    'diagnosis.lateShare',
    'diagnosis.goneMs',
    'diagnosis.upgradeMs',
  ],
};
