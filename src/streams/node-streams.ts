import { BehaviorSubject, defer, type Observable, type Observer, Subject, type Subscription } from 'rxjs';
import type { Device, DeviceEvent } from '../api/devices.ts';
import type { Message, SessionChange, Transfer } from '../api/messages.ts';
import type { Notice, NoticeCode, NoticeEvent } from '../api/notices.ts';
import type { ConnectionChange, Peer } from '../api/peers.ts';
import { isOnlooker, type LanpeerError } from '../errors.ts';
import type { DeviceId } from '../protocol/device-id.ts';
import { guarded } from './guarded.ts';

/**
 * Everything that a program can subscribe to. Each stays the same object for the life of the node; a subscriber
 * joins what is told until the next stop, which completes it.
 */
export interface NodeStreams {
  readonly peers$: Observable<ReadonlyMap<DeviceId, Peer>>;
  readonly devices$: Observable<ReadonlyMap<DeviceId, Device>>;
  readonly deviceEvents$: Observable<DeviceEvent>;
  readonly notices$: Observable<ReadonlyMap<NoticeCode, Notice>>;
  readonly noticeEvents$: Observable<NoticeEvent>;
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
  readonly devices: ReadonlyMap<DeviceId, Device>;
  setPeer(id: DeviceId, peer: Peer | null): void;
  device(event: DeviceEvent): void;
  clearDevices(): void;
  readonly notices: ReadonlyMap<NoticeCode, Notice>;
  setNotices(standing: ReadonlyMap<NoticeCode, Notice>): void;
  notice(event: NoticeEvent): void;
  /** True if notices have a subscriber. */
  readonly noticesObserved: boolean;
  message(message: Message): void;
  /** True if messages have a subscriber. */
  readonly messagesObserved: boolean;
  connection(change: ConnectionChange): void;
  session(change: SessionChange): void;
  transfer(transfer: Transfer): void;
  error(error: LanpeerError): void;
  /** True if errors have a subscriber. */
  readonly errorsObserved: boolean;
  /** Completes what is subscribed to now, `errors$` last: a later subscriber hears of the next run. */
  complete(): void;
}

/** An observer that is told what goes over these streams, after their subscribers. It may not throw. */
export type NodeStreamsTap = Pick<NodeStreamsSource, 'connection' | 'session' | 'device' | 'error'>;

/** The map with that entry set, or taken out. */
function edited<V>(map: ReadonlyMap<string, V>, key: string, value: V | null): ReadonlyMap<string, V> {
  const copy = new Map(map);
  if (value === null) copy.delete(key);
  else copy.set(key, value);
  return copy;
}

/** The first stream, but for onlookers, which get the other one. */
function split<T>(stream: Observable<T>, forOnlookers: Observable<T>): Observable<T> {
  const subscribe = stream.subscribe.bind(stream) as (...listener: unknown[]) => Subscription;
  return Object.assign(stream, {
    subscribe: (listener: Partial<Observer<T>>, ...rest: unknown[]): Subscription =>
      isOnlooker(listener) ? forOnlookers.subscribe(listener) : subscribe(listener, ...rest),
  });
}

/** What is told from one stop to the next. */
const createSubjects = () => ({
  peers: new BehaviorSubject<ReadonlyMap<DeviceId, Peer>>(new Map()),
  devices: new BehaviorSubject<ReadonlyMap<DeviceId, Device>>(new Map()),
  deviceEvents: new Subject<DeviceEvent>(),
  notices: new BehaviorSubject<ReadonlyMap<NoticeCode, Notice>>(new Map()),
  noticeEvents: new Subject<NoticeEvent>(),
  messages: new Subject<Message>(),
  connections: new Subject<ConnectionChange>(),
  sessions: new Subject<SessionChange>(),
  transfers: new Subject<Transfer>(),
});

/** Errors, for subscribers and for onlookers: an onlooker does not count as a subscriber. */
const createFaults = () => ({ told: new Subject<LanpeerError>(), seen: new Subject<LanpeerError>() });

/** @param threw A subscriber of that stream threw that. */
export function createNodeStreams(
  threw: (stream: keyof NodeStreams, thrown: unknown) => void,
  tap: NodeStreamsTap,
): NodeStreamsSource {
  let now = createSubjects();
  let next = createFaults();
  /** Those that errors are told to: while all else completes they are still the ones of before. */
  let faults = next;

  const current = <T>(name: keyof NodeStreams, subject: () => Observable<T>): Observable<T> =>
    guarded(defer(subject), (thrown) => threw(name, thrown));

  return {
    streams: {
      peers$: current('peers$', () => now.peers),
      devices$: current('devices$', () => now.devices),
      deviceEvents$: current('deviceEvents$', () => now.deviceEvents),
      notices$: current('notices$', () => now.notices),
      noticeEvents$: current('noticeEvents$', () => now.noticeEvents),
      messages$: current('messages$', () => now.messages),
      connections$: current('connections$', () => now.connections),
      sessions$: current('sessions$', () => now.sessions),
      transfers$: current('transfers$', () => now.transfers),
      errors$: split(
        current('errors$', () => next.told),
        current('errors$', () => next.seen),
      ),
    },
    get peers() {
      return now.peers.value;
    },
    get devices() {
      return now.devices.value;
    },
    setPeer(id, peer) {
      const { peers } = now;
      if (peer || peers.value.has(id)) peers.next(edited(peers.value, id, peer));
    },
    device(event) {
      const { change, device } = event;
      const { devices, deviceEvents } = now;
      devices.next(edited(devices.value, device.id, change === 'lost' ? null : device));
      deviceEvents.next(event);
      tap.device(event);
    },
    clearDevices() {
      if (now.devices.value.size > 0) now.devices.next(new Map());
    },
    get notices() {
      return now.notices.value;
    },
    setNotices: (standing) => now.notices.next(standing),
    notice: (event) => now.noticeEvents.next(event),
    get noticesObserved() {
      return now.notices.observed || now.noticeEvents.observed;
    },
    message: (message) => now.messages.next(message),
    get messagesObserved() {
      return now.messages.observed;
    },
    connection(change) {
      now.connections.next(change);
      tap.connection(change);
    },
    session(change) {
      now.sessions.next(change);
      tap.session(change);
    },
    transfer: (transfer) => now.transfers.next(transfer),
    error(error) {
      faults.told.next(error);
      faults.seen.next(error);
      tap.error(error);
    },
    get errorsObserved() {
      return faults.told.observed;
    },
    complete() {
      const ended = now;
      now = createSubjects();
      next = createFaults();
      for (const subject of Object.values(ended)) subject.complete();
      const last = faults;
      faults = next;
      last.told.complete();
      last.seen.complete();
    },
  };
}
