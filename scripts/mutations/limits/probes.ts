import type { LimitTests } from './limit-tests.ts';

export const probes: LimitTests = {
  reached: {
    'test/unit/node/probes/questions.test.ts': [
      'probes.burst',
      'probes.everyMs',
      'probes.perPeer',
      'probes.atOnce',
      'probes.tcpMs',
      'probes.tlsMs',
      'probes.reportMs',
    ],
    'test/unit/node/probes/datagrams.test.ts': ['probes.rounds', 'probes.datagrams', 'probes.udpMs'],
    'test/unit/protocol/probe-datagram.test.ts': ['probes.tokenBytes', 'probes.sizes'],
  },
  unreached: ['probes.roundMs'],
};
