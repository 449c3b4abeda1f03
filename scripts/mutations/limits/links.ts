import type { LimitTests } from './limit-tests.ts';

export const links: LimitTests = {
  reached: {
    'test/unit/node/links/channel.test.ts': ['link.downMs', 'link.early', 'link.earlyBytes', 'link.pongs'],
    'test/unit/node/links/heartbeat.test.ts': [
      'link.pingEveryMs',
      'link.busyPingMs',
      'link.suspectMs',
      'link.checkEveryMs',
    ],
    'test/unit/node/links/links.test.ts': ['link.lingering'],
    'test/unit/transport/description.test.ts': ['webrtc.recordBytes'],
    'test/unit/transport/patch-dtls-records.test.ts': ['webrtc.handshakeBytes'],
    'test/unit/transport/targets.test.ts': ['webrtc.leastPort', 'webrtc.candidates'],
    'test/net/transport/patched-connection.test.ts': ['webrtc.windowBytes', 'webrtc.mtu'],
    'test/net/transport/hostile-datagrams.test.ts': ['webrtc.pairs'],
    'test/unit/transport/patch-dtls-start.test.ts': ['webrtc.earlyDatagrams'],
    'test/unit/transport/patch-dtls-handshake.test.ts': ['webrtc.handshakeAhead'],
    'test/unit/transport/patch-dtls-fragments.test.ts': ['webrtc.handshakeFragments'],
    'test/unit/transport/patch-sctp-receiver.test.ts': ['webrtc.overrunBytes', 'webrtc.chunksAhead'],
    'test/unit/transport/patch-sctp-gap-blocks.test.ts': ['webrtc.ackBlocks'],
    'test/unit/transport/tls.test.ts': ['tls.lowWater', 'tls.recordBytes'],
    'test/unit/signalling/carriers.test.ts': ['tls.heldBytes', 'tls.uncarriedBytes', 'tls.underWayBytes'],
    'test/unit/signalling/frame-pool.test.ts': ['tls.freeFrames'],
    'test/unit/node/links/closing-links.test.ts': ['link.lingerMs', 'link.byeMs'],
  },
  unreached: [
    'webrtc.maxMessageBytes',
    'webrtc.highWater',
    'webrtc.lowWater',
    'webrtc.closeMs',
    'tls.highWater',
    'tls.streamHighWater',
  ],
};
