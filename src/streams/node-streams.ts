import { BehaviorSubject, defer, type Observable, type Observer, Subject, type Subscription } from 'rxjs';
import type { Device, DeviceEvent } from '../api/devices.ts';
import type { Message, SessionChange, Transfer } from '../api/messages.ts';
import type { Notice, NoticeCode, NoticeEvent } from '../api/notices.ts';
import type { ConnectionChange, Peer } from '../api/peers.ts';
import type { PendingDevice, TrustedDevice } from '../api/trust.ts';
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
  readonly trusted$: Observable<ReadonlyMap<DeviceId, TrustedDevice>>;
  readonly pending$: Observable<ReadonlyMap<DeviceId, PendingDevice>>;
  readonly messages$: Observable<Message>;
  readonly connections$: Observable<ConnectionChange>;
  readonly sessions$: Observable<SessionChange>;
  readonly transfers$: Observable<Transfer>;
  readonly errors$: Observable<LanpeerError>;
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
  trusted: new BehaviorSubject<ReadonlyMap<DeviceId, TrustedDevice>>(new Map()),
  pending: new BehaviorSubject<ReadonlyMap<DeviceId, PendingDevice>>(new Map()),
  messages: new Subject<Message>(),
  connections: new Subject<ConnectionChange>(),
  sessions: new Subject<SessionChange>(),
  transfers: new Subject<Transfer>(),
});

/** Errors, for subscribers and for onlookers: an onlooker does not count as a subscriber. */
const createFaults = () => ({ told: new Subject<LanpeerError>(), seen: new Subject<LanpeerError>() });

/** What is told of a run of the node, and the errors of a run. */
type Subjects = ReturnType<typeof createSubjects>;
type Faults = ReturnType<typeof createFaults>;

/** The side of the streams that the node writes to. No subscriber can make it throw. */
export class NodeStreamsSource {
  readonly streams: NodeStreams;
  readonly #tap: NodeStreamsTap;
  #now: Subjects = createSubjects();
  #next: Faults = createFaults();
  /** Those that errors are told to: while all else completes they are still the ones of before. */
  #faults: Faults = this.#next;

  /** @param threw A subscriber of that stream threw that. */
  constructor(threw: (stream: keyof NodeStreams, thrown: unknown) => void, tap: NodeStreamsTap) {
    this.#tap = tap;
    const current = <T>(name: keyof NodeStreams, subject: () => Observable<T>): Observable<T> =>
      guarded(defer(subject), (thrown) => threw(name, thrown));
    this.streams = {
      peers$: current('peers$', () => this.#now.peers),
      devices$: current('devices$', () => this.#now.devices),
      deviceEvents$: current('deviceEvents$', () => this.#now.deviceEvents),
      notices$: current('notices$', () => this.#now.notices),
      noticeEvents$: current('noticeEvents$', () => this.#now.noticeEvents),
      trusted$: current('trusted$', () => this.#now.trusted),
      pending$: current('pending$', () => this.#now.pending),
      messages$: current('messages$', () => this.#now.messages),
      connections$: current('connections$', () => this.#now.connections),
      sessions$: current('sessions$', () => this.#now.sessions),
      transfers$: current('transfers$', () => this.#now.transfers),
      errors$: split(
        current('errors$', () => this.#next.told),
        current('errors$', () => this.#next.seen),
      ),
    };
  }

  get peers(): ReadonlyMap<DeviceId, Peer> {
    return this.#now.peers.value;
  }

  get devices(): ReadonlyMap<DeviceId, Device> {
    return this.#now.devices.value;
  }

  get notices(): ReadonlyMap<NoticeCode, Notice> {
    return this.#now.notices.value;
  }

  /** True if notices have a subscriber. */
  get noticesObserved(): boolean {
    return this.#now.notices.observed || this.#now.noticeEvents.observed;
  }

  /** True if messages have a subscriber. */
  get messagesObserved(): boolean {
    return this.#now.messages.observed;
  }

  /** True if errors have a subscriber. */
  get errorsObserved(): boolean {
    return this.#faults.told.observed;
  }

  setPeer(id: DeviceId, peer: Peer | null): void {
    const { peers } = this.#now;
    if (peer || peers.value.has(id)) peers.next(edited(peers.value, id, peer));
  }

  device(event: DeviceEvent): void {
    const { change, device } = event;
    const { devices, deviceEvents } = this.#now;
    devices.next(edited(devices.value, device.id, change === 'lost' ? null : device));
    deviceEvents.next(event);
    this.#tap.device(event);
  }

  clearDevices(): void {
    if (this.#now.devices.value.size > 0) this.#now.devices.next(new Map());
  }

  setNotices(standing: ReadonlyMap<NoticeCode, Notice>): void {
    this.#now.notices.next(standing);
  }

  notice(event: NoticeEvent): void {
    this.#now.noticeEvents.next(event);
  }

  setTrusted(devices: ReadonlyMap<DeviceId, TrustedDevice>): void {
    this.#now.trusted.next(devices);
  }

  setPending(devices: ReadonlyMap<DeviceId, PendingDevice>): void {
    this.#now.pending.next(devices);
  }

  message(message: Message): void {
    this.#now.messages.next(message);
  }

  connection(change: ConnectionChange): void {
    this.#now.connections.next(change);
    this.#tap.connection(change);
  }

  session(change: SessionChange): void {
    this.#now.sessions.next(change);
    this.#tap.session(change);
  }

  transfer(transfer: Transfer): void {
    this.#now.transfers.next(transfer);
  }

  error(error: LanpeerError): void {
    this.#faults.told.next(error);
    this.#faults.seen.next(error);
    this.#tap.error(error);
  }

  /** Completes what is subscribed to now, `errors$` last: a later subscriber hears of the next run. */
  complete(): void {
    const ended = this.#now;
    this.#now = createSubjects();
    this.#next = createFaults();
    for (const subject of Object.values(ended)) subject.complete();
    const last = this.#faults;
    this.#faults = this.#next;
    last.told.complete();
    last.seen.complete();
  }
}
