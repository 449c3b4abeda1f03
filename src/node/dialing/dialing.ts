import type { Signalling, SignallingSession } from '../../adapters/signalling/port.ts';
import type { Clock, Logger } from '../../environment.ts';
import { limits } from '../../limits.ts';
import type { NodeEvent } from '../../machines/node/events.ts';
import type { DeviceId } from '../../protocol/device-id.ts';
import type { NodeStreamsSource } from '../../streams/node-streams.ts';
import { DialLog } from '../diagnosis/dial-log.ts';
import { forLog } from '../monitoring/refusals.ts';
import { type Trace, traceDials } from '../monitoring/trace.ts';
import { AddressBook } from './address-book.ts';
import { createDialBack } from './dial-back.ts';
import { createDialer } from './dialer.ts';
import { createOffLink, type OffLink } from './off-link.ts';
import type { Dial } from './peer-dial.ts';

export interface DialingDeps {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly trace: Trace;
  readonly source: Pick<NodeStreamsSource, 'devices'>;
  /** That of this run. Throws `ERR_NOT_RUNNING`. */
  readonly signalling: () => Signalling;
  /** True if there is a connection to that peer, in any state. */
  readonly exists: (id: DeviceId) => boolean;
  readonly opened: (session: SignallingSession) => void;
  /** No address led to the peer. */
  readonly lost: (id: DeviceId) => void;
  readonly tell: (event: NodeEvent) => void;
}

/** Which addresses a peer may be reached at, and the dials to them. */
export interface Dialing {
  readonly book: AddressBook;
  readonly offLink: OffLink;
  /** What dials met. */
  readonly log: DialLog;
  /** Dials one address. */
  readonly dial: Dial;
  /** Dials a device that was refused for want of room. */
  readonly dialBack: ReturnType<typeof createDialBack>;
  /** The actor that dials a peer. */
  readonly dialer: ReturnType<typeof createDialer>;
}

export function createDialing({
  clock,
  logger,
  trace,
  source,
  signalling,
  exists,
  opened,
  lost,
  tell,
}: DialingDeps): Dialing {
  const book = new AddressBook(exists);
  const offLink = createOffLink(clock);
  const log = new DialLog();
  const dial: Dial = traceDials(
    trace,
    log.around((target) => {
      const { networkTag } = (target.id !== undefined && source.devices.get(target.id)) || {};
      return signalling().dial({ ...target, timeoutMs: limits.dial.timeoutMs, ...(networkTag && { networkTag }) });
    }),
  );
  const dialer = createDialer({
    signalling: { dial },
    endpoints: (id) => book.endpoints(id),
    watch: (id, listener) => book.watch(id, listener),
    offLink: { targets: (id) => offLink.admit(book.offLink(id)), turn: offLink.turn },
    opened,
    exists,
    lost,
    failed(id, endpoint, { code }) {
      book.failed(id, endpoint, code);
      const { address, port } = endpoint;
      logger.debug({ id, address: forLog(address), port, code }, 'an address did not lead to the peer');
    },
    clock,
  });
  return {
    book,
    offLink,
    log,
    dial,
    dialBack: createDialBack({ clock, at: (address) => book.at(address), tell }),
    dialer,
  };
}
