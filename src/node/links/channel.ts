import { asLanpeerError, LanpeerError } from '../../errors.ts';
import type { ControlFrame, Frame, Hello } from '../../protocol/frame-types.ts';
import { FrameReader } from '../../protocol/frames.ts';
import type { ChannelDeps, ChannelUser } from './channel-deps.ts';
import { EarlyFrames } from './early-frames.ts';
import { Handshake } from './handshake.ts';
import { createHeartbeat, type Heartbeat } from './heartbeat.ts';
import { LinkRecords } from './link-records.ts';
import { createRecordWriter, type RecordWriter, type WakeTime } from './record-writer.ts';

/** Frames over one transport link: hello both ways, liveness, bye, and the messages of the attached user. */
export class Channel {
  readonly #deps: ChannelDeps;
  readonly #writer: RecordWriter;
  readonly #heartbeat: Heartbeat;
  readonly #handshake: Handshake;
  readonly #records: LinkRecords;
  readonly #early = new EarlyFrames();
  #user: ChannelUser | undefined;
  #isDetached = false;
  #heardBye = false;
  #isStopped = false;

  constructor(deps: ChannelDeps) {
    this.#deps = deps;
    const { clock, events } = deps;
    this.#records = new LinkRecords(deps);
    this.#writer = createRecordWriter({
      capacity: deps.recordBytes - (deps.seal?.overhead ?? 0),
      buffered: () => deps.link.bufferedAmount,
      highWater: deps.highWater,
      send: (plain) => deps.link.send(this.#records.seal(plain)),
      pull: (into) => this.#user?.pull(into) ?? false,
    });
    const writer = this.#writer;
    this.#heartbeat = createHeartbeat({
      clock,
      ping: (no) => {
        if (!this.#isUnread) writer.write({ kind: 'ping', no });
        writer.flush();
      },
      silent: events.silent,
      heard: events.heard,
      measured: events.measured,
      down: () => this.#down(true, new LanpeerError('ERR_TIMEOUT', 'Nothing was heard over the link for too long.')),
    });
    this.#handshake = new Handshake({
      clock,
      writer,
      opened: () => {
        this.#heartbeat.start();
        events.open();
      },
      used: events.used,
    });
  }

  /** False while a probe waits for its answer, and when it is over. */
  get answered(): boolean {
    return !this.#isStopped && this.#heartbeat.answered;
  }

  /** True once the other side has opened it too. */
  get used(): boolean {
    return this.#handshake.isUsed;
  }

  /** What the other side said first; undefined before it did. */
  get hello(): Hello | undefined {
    return this.#handshake.hello;
  }

  /** What the other side announced in its greeting. */
  get features(): readonly string[] {
    return this.#deps.rules.remote;
  }

  /** The transport is open: greet, unless that has gone with the offer. */
  greet(): void {
    if (!this.#handshake.hasGreeted) this.#handshake.greet(this.#ownHello());
  }

  /** Greets in a record that the offer carries. */
  greetFirst(): Uint8Array {
    return this.#records.seal(this.#handshake.greetFirst(this.#ownHello()));
  }

  record(bytes: Uint8Array): void {
    if (this.#isStopped) return;
    try {
      const plain = this.#records.open(bytes);
      if (plain.byteLength === 0) throw new LanpeerError('ERR_PROTOCOL', 'A record has nothing in it.');
      this.#heartbeat.hear();
      const reader = new FrameReader(plain);
      for (let frame = reader.next(); frame && !this.#isStopped; frame = reader.next()) this.#receive(frame);
    } catch (thrown) {
      this.#down(false, asLanpeerError(thrown, 'ERR_PROTOCOL'));
    }
  }

  /** There is something to pull. */
  wake(when?: WakeTime): void {
    this.#writer.wake(when);
  }

  /** Dropped where the other side did not announce the feature of such a frame. */
  write(frame: ControlFrame): void {
    if (this.#deps.rules.maySend(frame.kind)) this.#writer.write(frame);
  }

  /** Writes at once what waits, as far as the transport has room. */
  flush(): void {
    this.#writer.flush();
  }

  probe(): void {
    this.#heartbeat.probe();
  }

  /** Frames that came before are handed over first. */
  attach(user: ChannelUser): void {
    this.#user = user;
    try {
      for (const frame of this.#early.remove()) user.receive(frame);
    } catch (thrown) {
      this.#down(false, asLanpeerError(thrown, 'ERR_PROTOCOL'));
    }
    this.#writer.wake();
  }

  /** What comes from now on is dropped: another link has taken over. */
  detach(): void {
    this.#isDetached = true;
    this.#user = undefined;
    this.#early.remove();
  }

  fail(error: LanpeerError): void {
    this.#down(false, error);
  }

  /** No event after it. */
  stop(): void {
    this.#isStopped = true;
    this.#heartbeat.stop();
    this.#writer.stop();
  }

  #ownHello(): Hello {
    this.#records.begin();
    return this.#deps.hello();
  }

  #receive(frame: Frame): void {
    this.#deps.rules.check(frame.kind);
    if (!this.#handshake.isUsed) this.#handshake.noteFrame(frame.kind);
    switch (frame.kind) {
      case 'hello':
        this.#handshake.receiveHello(frame);
        return;
      case 'ready':
        this.#handshake.receiveReady();
        return;
      case 'ping':
        this.#answerPing(frame.no);
        return;
      case 'pong':
        if (this.#handshake.isOpen) this.#heartbeat.pong(frame.no);
        else if (frame.no === 0) this.#handshake.receiveReady();
        return;
      case 'bye':
        if (this.#heardBye) return;
        this.#heardBye = true;
        this.#deps.events.bye(frame.reason);
        return;
      default:
        if (this.#isDetached) return;
        if (this.#user) this.#user.receive(frame);
        else this.#early.keep(frame);
    }
  }

  /** Control frames go in spite of a full buffer: to a peer that does not read they would pile up, pings and answers to them. */
  get #isUnread(): boolean {
    const { link, highWater } = this.#deps;
    return link.bufferedAmount > 2 * highWater;
  }

  #answerPing(no: number): void {
    if (!this.#isUnread) this.#writer.write({ kind: 'pong', no });
  }

  #down(silent: boolean, error: LanpeerError): void {
    if (this.#isStopped) return;
    const fellSilent = silent || this.#heartbeat.silent;
    this.stop();
    this.#deps.events.down(fellSilent, error);
  }
}
