import type { TransportLink } from '../../adapters/transport/port.ts';
import type { Clock } from '../../environment.ts';
import { asLanpeerError, LanpeerError } from '../../errors.ts';
import { limits } from '../../limits.ts';
import type { FrameRules } from '../../protocol/features.ts';
import type { ControlFrame, Frame, Hello } from '../../protocol/frame-types.ts';
import { readFrames } from '../../protocol/frames.ts';
import type { SessionFrame } from '../../protocol/message-session.ts';
import type { RecordBuffer } from '../../protocol/record.ts';
import type { Seal } from '../../protocol/seal.ts';
import type { Tally } from '../monitoring/peer-counters.ts';
import { createHeartbeat } from './heartbeat.ts';
import { createRecordWriter } from './record-writer.ts';

/** Facts about a channel. After `down` nothing more comes. */
export interface ChannelEvents {
  /** Both sides heard each other. */
  open(): void;
  silent(): void;
  /** The first frame after `silent`, or the answer to a probe. */
  heard(): void;
  /** The other side has opened it too: something came that it sends on an open link only. */
  used(): void;
  bye(reason: 'disconnect' | 'stopping'): void;
  measured(roundTripMs: number): void;
  down(silent: boolean, error: LanpeerError): void;
}

/** Who uses an open channel for messages. A throw ends the channel with `ERR_PROTOCOL`. */
export interface ChannelUser {
  pull(into: RecordBuffer): boolean;
  receive(frame: SessionFrame): void;
}

/** Frames over one transport link: hello both ways, liveness, bye, and the messages of the attached user. */
export interface Channel {
  /** The transport is open: greet. */
  greet(): void;
  record(bytes: Uint8Array): void;
  /** There is something to pull. */
  wake(): void;
  /** The transport has room again. */
  drain(): void;
  /** Dropped where the other side did not announce the feature of such a frame. */
  write(frame: ControlFrame): void;
  /** Writes at once what waits, as far as the transport has room. */
  flush(): void;
  probe(): void;
  /** False while a probe waits for its answer, and when it is over. */
  readonly answered: boolean;
  /** True once the other side has opened it too. */
  readonly used: boolean;
  /** What the other side said first; undefined before it did. */
  readonly hello: Hello | undefined;
  /** What the other side announced in its greeting. */
  readonly features: readonly string[];
  /** Frames that came before are handed over first. */
  attach(user: ChannelUser): void;
  /** What comes from now on is dropped: another link has taken over. */
  detach(): void;
  fail(error: LanpeerError): void;
  /** No event after it. */
  stop(): void;
}

/** Frames that a side sends, or answers with, before it has opened the link. */
const openings: readonly Frame['kind'][] = ['hello', 'ready', 'pong'];

type Bytes = Pick<Tally, 'bytesSent' | 'bytesReceived'>;

export interface ChannelOptions {
  readonly link: Pick<TransportLink, 'send' | 'bufferedAmount'>;
  readonly highWater: number;
  readonly recordBytes: number;
  /** Null if the transport is sealed itself. */
  readonly seal: Seal | null;
  readonly rules: FrameRules;
  /** What this side says first, asked for when it does. */
  readonly hello: () => Hello;
  readonly clock: Clock;
  readonly counters: Bytes;
  /** Counters of the peer, asked for when this side greets. */
  readonly tally: () => Bytes;
  readonly events: ChannelEvents;
}

export function createChannel({
  link,
  highWater,
  recordBytes,
  seal,
  rules,
  hello: ownHello,
  clock,
  counters,
  tally: tallyOf,
  events,
}: ChannelOptions): Channel {
  let user: ChannelUser | undefined;
  let tally: Bytes | undefined;
  const early: SessionFrame[] = [];
  let hello: Hello | undefined;
  let ready = false;
  /** When that was sent which the other side's readiness answers. */
  let askedAt = 0;
  let detached = false;
  let earlyBytes = 0;
  let opened = false;
  let used = false;
  let left = false;
  let stopped = false;

  const writer = createRecordWriter({
    capacity: recordBytes - (seal?.overhead ?? 0),
    buffered: () => link.bufferedAmount,
    highWater,
    send(plain) {
      const record = seal ? seal.seal(plain) : plain;
      counters.bytesSent += record.byteLength;
      if (tally) tally.bytesSent += record.byteLength;
      link.send(record);
    },
    pull: (into) => user?.pull(into) ?? false,
  });

  function stop(): void {
    stopped = true;
    heartbeat.stop();
    writer.stop();
  }

  function down(silent: boolean, error: LanpeerError): void {
    if (stopped) return;
    const fellSilent = silent || heartbeat.silent;
    stop();
    events.down(fellSilent, error);
  }

  const heartbeat = createHeartbeat({
    clock,
    ping(no) {
      writer.write({ kind: 'ping', no });
      writer.flush();
    },
    silent: events.silent,
    heard: events.heard,
    measured: events.measured,
    down: () => down(true, new LanpeerError('ERR_TIMEOUT', 'Nothing was heard over the link for too long.')),
  });

  /** What was on its way all the time that makes a link silent proves nothing of now: asks once more. */
  function openIfBoth(): void {
    if (opened || !hello || !ready) return;
    const now = clock.monotonic();
    if (now - askedAt > limits.link.downMs) {
      ready = false;
      askedAt = now;
      writer.write({ kind: 'ping', no: 0 });
      writer.flush();
      return;
    }
    opened = true;
    heartbeat.start();
    events.open();
  }

  function control(frame: Frame): void {
    rules.check(frame.kind);
    if (!used && opened && !openings.includes(frame.kind)) {
      used = true;
      events.used();
    }
    switch (frame.kind) {
      case 'hello':
        if (hello) throw new LanpeerError('ERR_PROTOCOL', 'A link is greeted once.');
        hello = frame;
        writer.write({ kind: 'ready' });
        writer.flush();
        openIfBoth();
        return;
      case 'ready':
        ready = true;
        openIfBoth();
        return;
      case 'ping':
        // Who floods with pings and does not read gets no answers to pile up.
        if (link.bufferedAmount <= 2 * highWater) writer.write({ kind: 'pong', no: frame.no });
        return;
      case 'pong':
        if (opened) heartbeat.pong(frame.no);
        else if (frame.no === 0) ready = true;
        openIfBoth();
        return;
      case 'bye':
        if (left) return;
        left = true;
        events.bye(frame.reason);
        return;
      default:
        if (detached) return;
        if (user) user.receive(frame);
        else keep(frame);
    }
  }

  /** The other side may have the link a moment before this one. */
  function keep(frame: SessionFrame): void {
    // A copy: what waits must not keep the whole record that it came in.
    const kept = 'payload' in frame ? { ...frame, payload: Uint8Array.from(frame.payload) } : frame;
    earlyBytes += 'payload' in kept ? kept.payload.byteLength : 0;
    early.push(kept);
    if (early.length > limits.link.early || earlyBytes > limits.link.earlyBytes)
      throw new LanpeerError('ERR_PROTOCOL', 'The other end sends messages on a link that is not open.');
  }

  return {
    greet() {
      tally = tallyOf();
      askedAt = clock.monotonic();
      writer.write({ kind: 'hello', ...ownHello() });
      writer.flush();
    },
    record(bytes) {
      if (stopped) return;
      counters.bytesReceived += bytes.byteLength;
      if (tally) tally.bytesReceived += bytes.byteLength;
      try {
        const plain = seal ? seal.open(bytes) : bytes;
        if (plain.byteLength === 0) throw new LanpeerError('ERR_PROTOCOL', 'A record has nothing in it.');
        heartbeat.hear();
        for (const frame of readFrames(plain)) {
          if (stopped) return;
          control(frame);
        }
      } catch (thrown) {
        down(false, asLanpeerError(thrown, 'ERR_PROTOCOL'));
      }
    },
    wake: writer.wake,
    drain: writer.flush,
    write(frame) {
      if (rules.maySend(frame.kind)) writer.write(frame);
    },
    flush: writer.flush,
    probe: heartbeat.probe,
    get answered() {
      return !stopped && heartbeat.answered;
    },
    get used() {
      return used;
    },
    get hello() {
      return hello;
    },
    features: rules.remote,
    attach(next) {
      user = next;
      earlyBytes = 0;
      try {
        for (const frame of early.splice(0)) next.receive(frame);
      } catch (thrown) {
        down(false, asLanpeerError(thrown, 'ERR_PROTOCOL'));
      }
      writer.wake();
    },
    detach() {
      detached = true;
      user = undefined;
      early.length = 0;
    },
    fail: (error) => down(false, error),
    stop,
  };
}
