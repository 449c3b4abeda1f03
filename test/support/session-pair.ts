import { LanpeerError } from '../../src/errors.ts';
import type { Frame, Hello, MessageKind } from '../../src/protocol/frame-types.ts';
import { readFrames, writeControl } from '../../src/protocol/frames.ts';
import type { SessionFrame } from '../../src/protocol/message-session/message-session-options.ts';
import { inOnePiece } from '../../src/protocol/payload.ts';
import { createRecordBuffer } from '../../src/protocol/record-buffer.ts';
import { BodyCarriers } from './body-carriers.ts';
import { isOfSession } from './frames.ts';
import { SentMessages, type Side } from './sent-messages.ts';
import { SessionHost } from './session-host.ts';

const otherOf = (side: Side): Side => (side === 'a' ? 'b' : 'a');

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

type Host = SessionHost & { link: Link | undefined };

const capacity = 16_368;
const record = createRecordBuffer(capacity);

/** Two sessions with nothing but queues between them; the caller makes every step. */
export class SessionPair {
  readonly errors: LanpeerError[] = [];
  readonly hosts: Record<Side, Host>;
  readonly #sent = new SentMessages();
  /** What carries large messages, beside the links. */
  readonly carriers = new BodyCarriers();
  #names = 0;
  #links: Link[] = [];

  constructor() {
    this.hosts = { a: this.#makeHost('a'), b: this.#makeHost('b') };
  }

  get messages() {
    return this.#sent.all;
  }

  get order() {
    return this.#sent.order;
  }

  send(from: Side, of: MessageKind, bytes: number): boolean {
    const { run, session } = this.hosts[from];
    const { message, payload } = this.#sent.make(from, run, of, bytes);
    const accepted = session.accept({ of, payload, settle: (fate) => this.#sent.settle(message, fate) });
    if (!accepted) this.messages.pop();
    return accepted;
  }

  /** A new link; it takes over from the one before when both have heard each other over it. */
  connect(): void {
    const end = (): End => ({ hello: undefined, ready: false, early: [] });
    const link: Link = {
      queues: { a: [], b: [] },
      ends: { a: end(), b: end() },
      runs: { a: this.hosts.a.run, b: this.hosts.b.run },
      cut: false,
    };
    // Of two that are being set up at once the older one is given up.
    for (const one of this.#links) if (!one.ends.a.ready && !one.ends.b.ready) one.cut = true;
    this.#links = [...this.#links.filter((one) => this.#isLive(one)), link];
    for (const side of ['a', 'b'] as const)
      this.#put(link, side, { kind: 'hello', ...this.hosts[side].session.hello() });
  }

  /** Up to so many records of that side go on their way. */
  pump(side: Side, records: number): void {
    const { link, session } = this.hosts[side];
    for (let count = 0; link && count < records; count += 1) {
      record.clear();
      while (session.pull(record));
      if (record.length === 0) return;
      link.queues[otherOf(side)].push(record.view().slice());
    }
  }

  /** Up to so many records arrive at that side, link by link. */
  deliver(side: Side, records: number): void {
    for (const link of this.#links) {
      if (!this.#isLive(link)) continue;
      for (let count = 0; count < records; count += 1) {
        const record = link.queues[side].shift();
        if (!record) break;
        try {
          for (const frame of readFrames(record)) this.#take(side, link, frame);
        } catch (thrown) {
          if (!(thrown instanceof LanpeerError)) throw thrown;
          // As in a node: the link goes down with its code, and another one follows.
          this.errors.push(thrown);
          link.cut = true;
          break;
        }
      }
    }
  }

  handle(side: Side, messages: number): void {
    for (const settle of this.hosts[side].waiting.splice(0, messages)) settle();
  }

  acknowledge(side: Side): void {
    this.hosts[side].session.acknowledge();
  }

  /** Everything under way is lost; each side keeps its link until it notices. */
  cut(): void {
    for (const link of this.#links) link.cut = true;
  }

  notice(side: Side): void {
    const host = this.hosts[side];
    if (!host.link || this.#isLive(host.link)) return;
    host.link = undefined;
    host.session.unlink();
  }

  restart(side: Side): void {
    this.hosts[side] = this.#makeHost(side);
  }

  expire(side: Side): void {
    if (this.hosts[side].link) return;
    this.hosts[side].expire();
    this.carriers.unpair(side);
  }

  #makeId(): string {
    this.#names += 1;
    return this.#names.toString(16).padStart(16, '0');
  }

  #makeHost(side: Side): Host {
    const run = this.#makeId();
    const session = new SessionHost({
      run,
      makeId: () => this.#makeId(),
      failed: (error) => void this.errors.push(error),
      deliver: (of, payload) => {
        const message = this.#sent.delivered(side, run, of, inOnePiece(payload));
        return () => void message.handled.push(run);
      },
    });
    this.carriers.begin(side, session.session);
    return Object.assign(session, { link: undefined });
  }

  #put(link: Link, from: Side, frame: Parameters<typeof writeControl>[1]): void {
    const record = createRecordBuffer(capacity);
    writeControl(record, frame);
    link.queues[otherOf(from)].push(record.view().slice());
  }

  #attach(side: Side, link: Link): void {
    const host = this.hosts[side];
    const { hello, early } = link.ends[side];
    if (!hello) throw new Error('ready came before hello');
    if (host.link) host.session.unlink();
    host.link = link;
    if (host.session.attach(hello) === 'ended') this.carriers.unpair(side);
    for (const frame of early.splice(0)) this.#receive(side, frame);
  }

  #take(side: Side, link: Link, frame: Frame): void {
    const end = link.ends[side];
    if (frame.kind === 'hello') {
      end.hello = frame;
      this.#put(link, side, { kind: 'ready' });
    } else if (frame.kind === 'ready') {
      end.ready = true;
      this.#attach(side, link);
    } else if (!isOfSession(frame)) throw new Error('a frame of no session');
    else if (this.hosts[side].link === link) this.#receive(side, frame);
    else if (!end.ready) end.early.push(frame);
  }

  #receive(side: Side, frame: SessionFrame): void {
    this.hosts[side].session.receive(frame);
    if (frame.kind === 'begin') this.carriers.pair(side);
  }

  #isLive({ cut, runs }: Link): boolean {
    return !cut && runs.a === this.hosts.a.run && runs.b === this.hosts.b.run;
  }
}
