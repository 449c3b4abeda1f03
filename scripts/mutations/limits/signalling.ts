import type { LimitTests } from './limit-tests.ts';

export const signalling: LimitTests = {
  reached: {
    'test/net/signalling/hostile-callers.test.ts': ['webSocket.maxBufferedChunks'],
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
    'test/unit/signalling/signalling-session-limits.test.ts': [
      'webSocket.bufferedBytes',
      'signalling.burst',
      'signalling.messageBytes',
      'signalling.earlySessionBytes',
    ],
    'test/unit/signalling/signalling-session.test.ts': ['signalling.pingEveryMs', 'signalling.closeMs'],
    'test/unit/signalling/unauthenticated-sockets.test.ts': [
      'unauthenticated.sockets',
      'unauthenticated.socketsPerAddress',
      'unauthenticated.graceMs',
    ],
    'test/unit/signalling/rejected-sockets.test.ts': [
      'unauthenticated.waiting',
      'unauthenticated.timeMs',
      'unauthenticated.stepMs',
      'unauthenticated.sweepMs',
    ],
    'test/unit/signalling/hostile-addresses.test.ts': [
      'unauthenticated.perSecond',
      'unauthenticated.exemptPerSecond',
      'unauthenticated.loneGraceMs',
    ],
    'test/unit/transport/description.test.ts': ['signalling.candidates'],
    'test/unit/signalling/web-socket-wire.test.ts': ['webSocket.maxFragments', 'webSocket.maxPayload'],
    'test/unit/signalling/upgrade-server.test.ts': ['unauthenticated.httpHeaderBytes'],
    'test/unit/signalling/slot-pool.test.ts': ['unauthenticated.remembered'],
  },
  unreached: [],
};
