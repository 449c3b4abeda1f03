import type { NodeEvent } from '../../machines/node/events.ts';
import type { Messaging } from '../delivery/messaging.ts';
import type { Dialing } from '../dialing/dialing.ts';
import type { SignallingSessionEvents } from '../links/signalling-sessions.ts';
import type { Monitoring } from '../monitoring/monitoring.ts';
import { countRefusal } from '../monitoring/node-counters.ts';
import { endedSession } from '../monitoring/refusals.ts';
import type { Probes } from '../probes/probes.ts';

export interface SessionEventsDeps {
  readonly monitoring: Pick<Monitoring, 'counters' | 'refused'>;
  readonly dialing: Pick<Dialing, 'book' | 'offLink'>;
  readonly messaging: Pick<Messaging, 'streams'>;
  readonly probes: Probes;
  readonly tell: (event: NodeEvent) => void;
}

/** Takes what becomes of signalling sessions to the address book, the counters and the node machine. */
export function sessionEventsOf({
  monitoring,
  messaging,
  dialing,
  probes,
  tell,
}: SessionEventsDeps): SignallingSessionEvents {
  const { counters, refused } = monitoring;
  const { book, offLink } = dialing;
  return {
    opened(id, session, fact) {
      const endpoint = { address: session.remoteAddress, port: session.greeting.port };
      book.confirm(id, endpoint);
      offLink.reached(endpoint);
      messaging.streams.add(session);
      tell({ type: 'signalling.opened', id, ...fact });
    },
    about: (id, event) => tell({ type: 'peer', id, event }),
    refused: () => countRefusal(counters, 'ERR_PEER_LIMIT'),
    fault: (id, address, code) => refused({ code, address, id }, endedSession),
    probe: probes.received,
    ended: probes.sessionEnded,
  };
}
