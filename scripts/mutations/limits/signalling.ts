import type { LimitTests } from './limit-tests.ts';

export const signalling: LimitTests = {
  reached: {
    'test/net/signalling/adversary.test.ts': ['webSocket.maxBufferedChunks'],
    'test/net/signalling/event-loop-budget.test.ts': ['webSocket.turnMs'],
    'test/unit/node/dialing/dial-back.test.ts': [
      'unauthenticated.dialBackEveryMs',
      'unauthenticated.dialBackAddressMs',
      'unauthenticated.dialBackDevices',
    ],
    'test/unit/node/links/signalling-sessions.test.ts': [
      'signalling.earlyPerPeerBytes',
      'signalling.earlyBytes',
      'signalling.earlyOverhead',
    ],
    'test/unit/node/monitoring/refusals.test.ts': ['authBackoff.logEveryMs'],
    'test/unit/protocol/greeting.test.ts': ['unauthenticated.bytes', 'signalling.nameChars', 'signalling.names'],
    'test/unit/signalling/auth-backoff.test.ts': ['authBackoff.baseMs', 'authBackoff.capMs', 'authBackoff.entries'],
    'test/unit/signalling/compliance.test.ts': [
      'signalling.messagesPerSecond',
      'signalling.sessionsPerPeer',
      'signalling.early',
      'access.networkKeys',
    ],
    'test/unit/signalling/signalling-session.test.ts': [
      'webSocket.bufferedBytes',
      'signalling.burst',
      'signalling.messageBytes',
      'signalling.earlySessionBytes',
      'signalling.pingEveryMs',
      'signalling.closeMs',
    ],
    'test/unit/signalling/unauthenticated-sockets.test.ts': [
      'unauthenticated.sockets',
      'unauthenticated.socketsPerAddress',
      'unauthenticated.waiting',
      'unauthenticated.perSecond',
      'unauthenticated.exemptPerSecond',
      'unauthenticated.timeMs',
      'unauthenticated.graceMs',
      'unauthenticated.loneGraceMs',
      'unauthenticated.stepMs',
      'unauthenticated.sweepMs',
    ],
    'test/unit/transport/description.test.ts': ['signalling.candidates'],
    'test/unit/signalling/web-socket-wire.test.ts': ['webSocket.maxFragments', 'webSocket.maxPayload'],
    'test/unit/signalling/upgrade-server.test.ts': ['unauthenticated.httpHeaderBytes'],
    'test/unit/signalling/slot-pool.test.ts': ['unauthenticated.remembered'],
  },
  unreached: [],
};
