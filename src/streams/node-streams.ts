import { BehaviorSubject, type Observable, type Observer, Subject, type Subscription } from 'rxjs';
import type { Device } from '../adapters/discovery/port.ts';
import type { ConnectionChange, DeviceEvent, Message, Peer, SessionChange, Transfer } from '../api.ts';
import { isOnlooker, type LanpeerError } from '../errors.ts';
import type { DeviceId } from '../protocol/device-id.ts';
import { guarded } from './guarded.ts';

/** Everything that a program can subscribe to; the streams live as long as the node and over its restarts. */
export interface NodeStreams {
  readonly peers$: Observable<ReadonlyMap<DeviceId, Peer>>;
  readonly devices$: Observable<ReadonlyMap<DeviceId, Device>>;
  readonly deviceEvents$: Observable<DeviceEvent>;
  readonly messages$: Observable<Message>;
  readonly connections$: Observable<ConnectionChange>;
  readonly sessions$: Observable<SessionChange>;
  readonly transfers$: Observable<Transfer>;
  readonly errors$: Observable<LanpeerError>;
}

/** The side of the streams that the node writes to. No subscriber can make it throw. */
export interface NodeStreamsSource {
  readonly streams: NodeStreams;
  readonly peers: ReadonlyMap<DeviceId, Peer>;
  setPeer(id: DeviceId, peer: Peer | null): void;
  device(event: DeviceEvent): void;
  clearDevices(): void;
  message(message: Message): void;
  /** True if somebody listens to messages. */
  readonly messagesObserved: boolean;
  connection(change: ConnectionChange): void;
  session(change: SessionChange): void;
  transfer(transfer: Transfer): void;
  error(error: LanpeerError): void;
  /** True if somebody listens to errors. */
  readonly errorsObserved: boolean;
}

/** Somebody who is told what goes over these streams, after their subscribers. It may not throw. */
export type NodeStreamsTap = Pick<NodeStreamsSource, 'connection' | 'session' | 'device' | 'error'>;

/** The map with that entry set, or taken out. */
function edited<V>(map: ReadonlyMap<string, V>, key: string, value: V | null): ReadonlyMap<string, V> {
  const copy = new Map(map);
  if (value === null) copy.delete(key);
  else copy.set(key, value);
  return copy;
}

/** The first stream, but for onlookers, who get the other one. */
function split<T>(stream: Observable<T>, forOnlookers: Observable<T>): Observable<T> {
  const subscribe = stream.subscribe.bind(stream) as (...listener: unknown[]) => Subscription;
  return Object.assign(stream, {
    subscribe: (listener: Partial<Observer<T>>, ...rest: unknown[]): Subscription =>
      isOnlooker(listener) ? forOnlookers.subscribe(listener) : subscribe(listener, ...rest),
  });
}

/** @param threw A subscriber of that stream threw that. */
export function createNodeStreams(
  threw: (stream: keyof NodeStreams, thrown: unknown) => void,
  tap: NodeStreamsTap,
): NodeStreamsSource {
  const peers = new BehaviorSubject<ReadonlyMap<DeviceId, Peer>>(new Map());
  const devices = new BehaviorSubject<ReadonlyMap<DeviceId, Device>>(new Map());
  const deviceEvents = new Subject<DeviceEvent>();
  const messages = new Subject<Message>();
  const connections = new Subject<ConnectionChange>();
  const sessions = new Subject<SessionChange>();
  const transfers = new Subject<Transfer>();
  const errors = new Subject<LanpeerError>();
  /** The same for onlookers: whoever is there for them does not listen. */
  const seenErrors = new Subject<LanpeerError>();

  const shown = <T>(name: keyof NodeStreams, stream: Observable<T>): Observable<T> =>
    guarded(stream, (thrown) => threw(name, thrown));

  return {
    streams: {
      peers$: shown('peers$', peers),
      devices$: shown('devices$', devices),
      deviceEvents$: shown('deviceEvents$', deviceEvents),
      messages$: shown('messages$', messages),
      connections$: shown('connections$', connections),
      sessions$: shown('sessions$', sessions),
      transfers$: shown('transfers$', transfers),
      errors$: split(shown('errors$', errors), shown('errors$', seenErrors)),
    },
    get peers() {
      return peers.value;
    },
    setPeer(id, peer) {
      if (peer || peers.value.has(id)) peers.next(edited(peers.value, id, peer));
    },
    device(event) {
      const { change, device } = event;
      devices.next(edited(devices.value, device.id, change === 'lost' ? null : device));
      deviceEvents.next(event);
      tap.device(event);
    },
    clearDevices() {
      if (devices.value.size > 0) devices.next(new Map());
    },
    message: (message) => messages.next(message),
    get messagesObserved() {
      return messages.observed;
    },
    connection(change) {
      connections.next(change);
      tap.connection(change);
    },
    session(change) {
      sessions.next(change);
      tap.session(change);
    },
    transfer: (transfer) => transfers.next(transfer),
    error(error) {
      errors.next(error);
      seenErrors.next(error);
      tap.error(error);
    },
    get errorsObserved() {
      return errors.observed;
    },
  };
}
