import { BehaviorSubject, type Observable, Subject } from 'rxjs';
import type { Device } from '../adapters/discovery/port.ts';
import type { ConnectionChange, DeviceEvent, Message, Peer, SessionChange, Transfer } from '../api.ts';
import type { LanpeerError } from '../errors.ts';
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

/** @param report A subscriber threw that. */
export function createNodeStreams(report: (thrown: unknown) => void, tap: NodeStreamsTap): NodeStreamsSource {
  const peers = new BehaviorSubject<ReadonlyMap<DeviceId, Peer>>(new Map());
  const devices = new BehaviorSubject<ReadonlyMap<DeviceId, Device>>(new Map());
  const deviceEvents = new Subject<DeviceEvent>();
  const messages = new Subject<Message>();
  const connections = new Subject<ConnectionChange>();
  const sessions = new Subject<SessionChange>();
  const transfers = new Subject<Transfer>();
  const errors = new Subject<LanpeerError>();

  // Who throws while it is told of an error is not told of that: it would go round for ever.
  const ignore = (): void => undefined;

  return {
    streams: {
      peers$: guarded(peers, report),
      devices$: guarded(devices, report),
      deviceEvents$: guarded(deviceEvents, report),
      messages$: guarded(messages, report),
      connections$: guarded(connections, report),
      sessions$: guarded(sessions, report),
      transfers$: guarded(transfers, report),
      errors$: guarded(errors, ignore),
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
      tap.error(error);
    },
  };
}
