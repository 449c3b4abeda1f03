import type { LimitTests } from './limit-tests.ts';

export const messages: LimitTests = {
  reached: {
    'test/unit/node/delivery/flush.test.ts': ['messages.flushMs'],
    'test/unit/node/options/number-options.test.ts': ['messages.mostItems', 'messages.leastItems'],
    'test/unit/node/delivery/back-pressure.test.ts': ['messages.queuedBytes', 'messages.queued', 'messages.poolBytes'],
    'test/unit/node/delivery/mailbox.test.ts': ['messages.promptBytes', 'messages.calls'],
    'test/unit/node/delivery/inbound-request-limit.test.ts': ['messages.openBytes'],
    'test/unit/node/options/callbacks-before-goodbye.test.ts': ['messages.largeBytes'],
    'test/unit/node/options/guarded-options.test.ts': ['messages.bytes'],
    'test/unit/protocol/message-session/send-stream.test.ts': [
      'messages.wholeBytes',
      'messages.windowBytes',
      'messages.aheadBytes',
      'messages.interleaved',
    ],
    'test/unit/protocol/message-session/memory-shares.test.ts': ['messages.reserveBytes'],
    'test/unit/protocol/payload.test.ts': ['messages.outOfBandBytes'],
    'test/unit/protocol/refused-data.test.ts': ['messages.depth', 'messages.mostBytes'],
    'test/unit/node/delivery/transfers.test.ts': ['messages.progressBytes'],
    'test/unit/protocol/message-session/unfinished.test.ts': [
      'messages.unfinished.returns',
      'messages.unfinished.awayMs',
      'messages.unfinished.idleMs',
      'messages.unfinished.progressLeastBytes',
    ],
    'test/unit/protocol/decode-message.test.ts': ['messages.items'],
    'test/unit/protocol/request-messages.test.ts': ['messages.codeChars', 'messages.failureChars'],
    'test/unit/node/outages.test.ts': ['messages.rememberMs', 'messages.outageMs', 'messages.requestMs'],
    'test/unit/protocol/message-bodies/incoming-bodies.test.ts': [
      'messages.bodyWindowBytes',
      'messages.roomAfter',
      'messages.volatileBytes',
    ],
    'test/unit/node/delivery/delivery-caps.test.ts': [
      'messages.ackMs',
      'messages.ackEvery',
      'messages.itemsAtOnce',
      'messages.decodedBytes',
    ],
    'test/unit/node/delivery/schema-faults.test.ts': [
      'messages.issues',
      'messages.invalidReports.perSecond',
      'messages.invalidReports.burst',
    ],
    'test/unit/node/delivery/inbox.test.ts': ['messages.overheadBytes', 'messages.inboundBytes', 'messages.inbound'],
    'test/unit/node/delivery/peers-caps.test.ts': [
      'messages.absentUnsettled',
      'messages.absent',
      'messages.unfinishedBytes',
      'messages.sharedBytes',
    ],
  },
  unreached: [],
};
