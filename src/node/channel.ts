import type { TransportLink } from '../adapters/transport/port.ts';
import type { Clock } from '../environment.ts';
import { asLanpeerError, LanpeerError } from '../errors.ts';
import { limits } from '../limits.ts';
import { decodeFrames, type Frame, frameVersion } from '../protocol/frames.ts';
import type { Seal } from '../protocol/seal.ts';
import { createHeartbeat } from './heartbeat.ts';
import { createRecordWriter } from './record-writer.ts';

/** Facts about a channel. After `down` nothing more comes. */
export interface ChannelEvents {
  /** Both sides heard each other. */
  open(): void;
  silent(): void;
  /** The first frame after `silent`, or the answer to a probe. */
  heard(): void;
  bye(reason: 'disconnect' | 'stopping'): void;
  down(silent: boolean, error: LanpeerError): void;
}

/** Who uses an open channel for messages. A throw ends the channel with `ERR_PROTOCOL`. */
export interface ChannelUser {
  pull(): Frame | undefined;
  message(seq: number, payload: Uint8Array): void;
  ack(seq: number): void;
}

/** Frames over one transport link: hello both ways, liveness, bye, and the messages of whoever is attached. */
export interface Channel {
  /** The transport is open: greet. */
  greet(): void;
  record(bytes: Uint8Array): void;
  /** There is something to pull, or the transport has room again. */
  wake(): void;
  write(frame: Frame): void;
  /** Writes at once what waits, as far as the transport has room. */
  flush(): void;
  probe(): void;
  /** Frames that came before are handed over first. */
  attach(user: ChannelUser): void;
  fail(error: LanpeerError): void;
  /** No event after it. */
  stop(): void;
}

export interface ChannelOptions {
  readonly link: Pick<TransportLink, 'send' | 'bufferedAmount'>;
  readonly highWater: number;
  readonly recordBytes: number;
  /** Null if the transport is sealed itself. */
  readonly seal: Seal | null;
  readonly clock: Clock;
  readonly counters: { bytesSent: number; bytesReceived: number };
  readonly events: ChannelEvents;
}

export function createChannel({
  link,
  highWater,
  recordBytes,
  seal,
  clock,
  counters,
  events,
}: ChannelOptions): Channel {
  let user: ChannelUser | undefined;
  const early: Frame[] = [];
  let hello = false;
  let ready = false;
  let opened = false;
  let stopped = false;

  const writer = createRecordWriter({
    capacity: recordBytes - (seal?.overhead ?? 0),
    hasRoom: () => link.bufferedAmount <= highWater,
    send(plain) {
      const record = seal ? seal.seal(plain) : plain;
      counters.bytesSent += record.byteLength;
      link.send(record);
    },
    pull: () => user?.pull(),
  });

  function stop(): void {
    stopped = true;
    heartbeat.stop();
    writer.stop();
  }

  function down(silent: boolean, error: LanpeerError): void {
    if (stopped) return;
    stop();
    events.down(silent, error);
  }

  const heartbeat = createHeartbeat({
    clock,
    ping(no) {
      writer.write({ kind: 'ping', no });
      writer.flush();
    },
    silent: events.silent,
    heard: events.heard,
    down: () => down(true, new LanpeerError('ERR_TIMEOUT', 'Nothing was heard over the link for too long.')),
  });

  function openIfBoth(): void {
    if (opened || !hello || !ready) return;
    opened = true;
    heartbeat.start();
    events.open();
  }

  function control(frame: Frame): void {
    switch (frame.kind) {
      case 'hello':
        hello = true;
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
        heartbeat.pong(frame.no);
        return;
      case 'bye':
        events.bye(frame.reason);
        return;
      default:
        if (user) hand(frame, user);
        else if (early.push(frame) > limits.link.early)
          throw new LanpeerError('ERR_PROTOCOL', 'The other end sends messages on a link that is not open.');
    }
  }

  function hand(frame: Frame, to: ChannelUser): void {
    if (frame.kind === 'message') to.message(frame.seq, frame.payload);
    else if (frame.kind === 'ack') to.ack(frame.seq);
  }

  return {
    greet() {
      writer.write({ kind: 'hello', version: frameVersion });
      writer.flush();
    },
    record(bytes) {
      if (stopped) return;
      counters.bytesReceived += bytes.byteLength;
      try {
        const frames = decodeFrames(seal ? seal.open(bytes) : bytes);
        heartbeat.hear();
        for (const frame of frames) if (!stopped) control(frame);
      } catch (thrown) {
        down(false, asLanpeerError(thrown, 'ERR_PROTOCOL'));
      }
    },
    wake: () => writer.wake(),
    write: (frame) => writer.write(frame),
    flush: () => writer.flush(),
    probe: heartbeat.probe,
    attach(next) {
      user = next;
      try {
        for (const frame of early.splice(0)) hand(frame, next);
      } catch (thrown) {
        down(false, asLanpeerError(thrown, 'ERR_PROTOCOL'));
      }
      writer.wake();
    },
    fail: (error) => down(false, error),
    stop,
  };
}
