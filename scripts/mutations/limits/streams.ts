import type { LimitTests } from './limit-tests.ts';

export const streams: LimitTests = {
  reached: {
    'test/unit/protocol/byte-stream/byte-streams.test.ts': [
      'streams.windowBytes',
      'streams.mostWindowBytes',
      'streams.sendBytes',
    ],
    'test/unit/protocol/byte-stream/hostile-frames.test.ts': ['streams.open', 'streams.remote', 'streams.unknown'],
    'test/unit/protocol/byte-stream/opening.test.ts': ['streams.openBytes'],
    'test/unit/node/byte-streams/end-reasons.test.ts': ['streams.reasonChars', 'streams.codeChars'],
    'test/unit/node/byte-streams/stream-sources.test.ts': ['streams.unreadBytes'],
    'test/unit/protocol/byte-stream/send-pool.test.ts': ['streams.leastWindowBytes'],
  },
  unreached: [
    'streams.peerCreditBytes',
    'streams.creditBytes',
    'streams.peerSendBytes',
    'streams.allSendBytes',
    'streams.blockBytes',
    'streams.smallBlockBytes',
    'streams.freeBlocks',
  ],
};
