import { LanpeerError } from '../../src/errors.ts';
import type { Frame, Hello, MessageKind } from '../../src/protocol/frame-types.ts';
import { readFrames, writeControl } from '../../src/protocol/frames.ts';
import { MessageSession, type SessionFrame } from '../../src/protocol/message-session.ts';
import type { DeliveryOutcome } from '../../src/protocol/out-stream.ts';
import { createRecordBuffer } from '../../src/protocol/record.ts';
import { createPool } from '../../src/protocol/window.ts';
import { isOfSession } from './frames.ts';

export type Side = 'a' | 'b';
export const otherOf = (side: Side): Side => (side === 'a' ? 'b' : 'a');

/** A message: its sender, the sender's run, and everything that became of it. */
export interface SentMessage {
  readonly from: Side;
  readonly run: string;
  readonly no: number;
  readonly of: MessageKind;
  readonly bytes: number;
  fate: DeliveryOutcome | undefined;
  /** Runs of the receiver to which it was delivered, and those whose handlers settled. */
  readonly handed: string[];
  readonly handled: string[];
}

interface End {
  hello: Hello | undefined;
  ready: boolean;
  early: SessionFrame[];
}

interface Link {
  readonly queues: Record<Side, Uint8Array[]>;
  readonly ends: Record<Side, End>;
  readonly runs: Record<Side, string>;
  cut: boolean;
}

interface Host {
  run: string;
  session: MessageSession;
  link: Link | undefined;
  waiting: (() => void)[];
  gaps: number;
}

const capacity = 16_368;

/** Two sessions with nothing but queues between them; the caller makes every step. */
export function createSessionPair() {
  const messages: SentMessage[] = [];
  const errors: LanpeerError[] = [];
  /** In the order of delivery. */
  const order: SentMessage[] = [];
  let names = 0;
  let links: Link[] = [];
  function makeId(): string {
    names += 1;
    return names.toString(16).padStart(16, '0');
  }

  function makeHost(side: Side): Host {
    const host: Host = { run: makeId(), session: undefined as never, link: undefined, waiting: [], gaps: 0 };
    const { run } = host;
    host.session = new MessageSession({
      makeId,
      maxMessageBytes: 1_000_000,
      pool: createPool(10_000_000),
      progress: () => undefined,
      gap() {
        host.gaps += 1;
      },
      deliver(of, payload, handled) {
        const message = messages[new DataView(payload.buffer, payload.byteOffset).getUint32(0)];
        if (!message || message.of !== of || message.bytes !== payload.byteLength || message.from === side)
          throw new Error('a message came that was never sent');
        if (!payload.subarray(4).every((byte) => byte === message.no % 251)) throw new Error('a message came altered');
        message.handed.push(run);
        order.push(message);
        const settle = (): void => {
          message.handled.push(run);
          handled();
        };
        if (of === 'message') host.waiting.push(settle);
        else settle();
      },
    });
    return host;
  }

  const hosts: Record<Side, Host> = { a: makeHost('a'), b: makeHost('b') };

  function put(link: Link, from: Side, frame: Parameters<typeof writeControl>[1]): void {
    const record = createRecordBuffer(capacity);
    writeControl(record, frame);
    link.queues[otherOf(from)].push(record.view().slice());
  }

  function attach(side: Side, link: Link): void {
    const host = hosts[side];
    const { hello, early } = link.ends[side];
    if (!hello) throw new Error('ready came before hello');
    if (host.link) host.session.unlink();
    host.link = link;
    host.session.attach(hello);
    for (const frame of early.splice(0)) host.session.receive(frame);
  }

  function take(side: Side, link: Link, frame: Frame): void {
    const end = link.ends[side];
    if (frame.kind === 'hello') {
      end.hello = frame;
      put(link, side, { kind: 'ready' });
    } else if (frame.kind === 'ready') {
      end.ready = true;
      attach(side, link);
    } else if (!isOfSession(frame)) throw new Error('a frame of no session');
    else if (hosts[side].link === link) hosts[side].session.receive(frame);
    else if (!end.ready) end.early.push(frame);
  }

  const isLive = (link: Link): boolean => !link.cut && link.runs.a === hosts.a.run && link.runs.b === hosts.b.run;

  return {
    messages,
    order,
    hosts,
    errors,
    send(from: Side, of: MessageKind, bytes: number): boolean {
      const { run, session } = hosts[from];
      const no = messages.length;
      const message: SentMessage = { from, run, no, of, bytes, fate: undefined, handed: [], handled: [] };
      const payload = new Uint8Array(bytes).fill(no % 251);
      new DataView(payload.buffer).setUint32(0, no);
      messages.push(message);
      const accepted = session.accept({
        of,
        payload,
        settle(fate) {
          if (message.fate !== undefined) throw new Error('a message has two fates');
          message.fate = fate;
        },
      });
      if (!accepted) messages.pop();
      return accepted;
    },
    /** A new link; it takes over from the one before when both have heard each other over it. */
    connect(): void {
      const end = (): End => ({ hello: undefined, ready: false, early: [] });
      const link: Link = {
        queues: { a: [], b: [] },
        ends: { a: end(), b: end() },
        runs: { a: hosts.a.run, b: hosts.b.run },
        cut: false,
      };
      // Of two that are being set up at once the older one is given up.
      for (const one of links) if (!one.ends.a.ready && !one.ends.b.ready) one.cut = true;
      links = [...links.filter(isLive), link];
      for (const side of ['a', 'b'] as const) put(link, side, { kind: 'hello', ...hosts[side].session.hello() });
    },
    /** Up to so many records of that side go on their way. */
    pump(side: Side, records: number): void {
      const { link, session } = hosts[side];
      for (let count = 0; link && count < records; count += 1) {
        const record = createRecordBuffer(capacity);
        while (session.pull(record));
        if (record.length === 0) return;
        link.queues[otherOf(side)].push(record.view().slice());
      }
    },
    /** Up to so many records arrive at that side, link by link. */
    deliver(side: Side, records: number): void {
      for (const link of links) {
        if (!isLive(link)) continue;
        for (let count = 0; count < records; count += 1) {
          const record = link.queues[side].shift();
          if (!record) break;
          try {
            for (const frame of readFrames(record)) take(side, link, frame);
          } catch (thrown) {
            if (!(thrown instanceof LanpeerError)) throw thrown;
            // As in a node: the link goes down with its code, and another one follows.
            errors.push(thrown);
            link.cut = true;
            break;
          }
        }
      }
    },
    handle(side: Side, messages: number): void {
      for (const settle of hosts[side].waiting.splice(0, messages)) settle();
    },
    acknowledge: (side: Side): void => hosts[side].session.acknowledge(),
    /** Everything under way is lost; each side keeps its link until it notices. */
    cut(): void {
      for (const link of links) link.cut = true;
    },
    notice(side: Side): void {
      const host = hosts[side];
      if (!host.link || isLive(host.link)) return;
      host.link = undefined;
      host.session.unlink();
    },
    restart(side: Side): void {
      hosts[side] = makeHost(side);
    },
    expire(side: Side): void {
      if (!hosts[side].link) hosts[side].session.expire();
    },
  };
}

export type SessionPair = ReturnType<typeof createSessionPair>;

/** Connects, and lets everything arrive and be handled. */
export function settle(pair: SessionPair): void {
  let broken = -1;
  for (let round = 0; round < 2_000; round += 1) {
    if (pair.errors.length > broken) {
      broken = pair.errors.length;
      for (const side of ['a', 'b'] as const) pair.notice(side);
      pair.connect();
    }
    for (const side of ['a', 'b'] as const) {
      pair.handle(side, 10_000);
      pair.acknowledge(side);
      pair.pump(side, 1_000);
      pair.deliver(side, 10_000);
    }
    if (round > 4 && pair.hosts.a.session.size + pair.hosts.b.session.size === 0) return;
  }
  throw new Error('the sessions do not settle');
}
