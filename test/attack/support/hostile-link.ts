import { randomBytes } from 'node:crypto';
import { systemClock, weriftTransport } from '../../../src/adapters/index.ts';
import type { SessionEnd, SignallingSession } from '../../../src/adapters/signalling/port.ts';
import type { Transport } from '../../../src/adapters/transport/port.ts';
import { tlsTransport } from '../../../src/adapters/transport/tls.ts';
import type { Frame } from '../../../src/protocol/frame-types.ts';
import { readFrames } from '../../../src/protocol/frames.ts';
import { createSeal } from '../../../src/protocol/seal.ts';
import type { SignalMessage } from '../../../src/protocol/signal.ts';
import type { Via } from '../../../src/protocol/via.ts';
import { recordOf } from './frames.ts';

/** A link of which every record is the attacker's own. */
export interface HostileLink {
  readonly session: SignallingSession;
  readonly epoch: number;
  /** Largest record, before it is sealed. */
  readonly recordBytes: number;
  /** Undefined while it is open; then why it is not. */
  readonly over: string | undefined;
  /** Resolves when it is over. */
  readonly ended: Promise<string>;
  /** Frames of the victim. */
  listen(listener: (frame: Frame) => void): void;
  /** One record; resolves when there is room for the next one, or the link is over. */
  send(record: Uint8Array): Promise<void>;
  /** One record of these frames. */
  write(...frames: readonly Frame[]): Promise<void>;
  /** The victim is not told. */
  leave(): void;
}

export interface LinkOptions {
  readonly session: SignallingSession;
  readonly ended: Promise<SessionEnd>;
  readonly ownId: string;
  readonly via: Via;
  readonly networkKey: Uint8Array;
  /** For an offer, when the victim holds a link of that epoch. */
  readonly nextEpoch: (held: number) => number;
  /** What came over the session so far, and its listeners. */
  readonly said: readonly SignalMessage[];
  readonly listeners: Set<(message: SignalMessage) => void>;
}

const transports: Readonly<Record<Via, () => Transport>> = {
  tls: tlsTransport,
  webrtc: () => weriftTransport({ addresses: () => ['127.0.0.1'], iceServers: [], clock: systemClock }),
};

const openMs = 3_000;

export const randomId = (): string => randomBytes(8).toString('hex');

/** Offers the link, or takes the victim's offer, as the ids say; declines those of other kinds. */
export function openLink({
  session,
  ended,
  ownId,
  via,
  networkKey,
  nextEpoch,
  said,
  listeners,
}: LinkOptions): Promise<HostileLink> {
  const offers = ownId < session.remoteId;
  const transport = transports[via]();
  return new Promise((resolve, reject) => {
    // The victim may have had enough of this peer for a while.
    setTimeout(() => reject(new Error('The link did not open in time.')), openMs).unref();

    function begin(epoch: number, offer?: unknown): void {
      const end = Promise.withResolvers<string>();
      const taking = new Set<(frame: Frame) => void>();
      let over: string | undefined;
      const waiting = new Set<() => void>();
      const room = (): void => {
        for (const done of waiting) done();
        waiting.clear();
      };
      let greeted = false;
      let ready = false;
      let first = true;
      const seal = transport.authenticated
        ? null
        : createSeal({ secret: session.secret, ownId, remoteId: session.remoteId, generation: epoch, networkKey });
      const finish = (why: string): void => {
        over ??= why;
        listeners.delete(hear);
        room();
        end.resolve(over);
        reject(new Error(`The link did not open: ${over}`));
      };
      const hear = (message: SignalMessage): void => {
        if (message.type === 'signal' && message.epoch === epoch) carried.signal(message.body);
        else if (message.type === 'lost' && message.epoch === epoch) finish('lost');
        else if (message.type === 'offer' && message.epoch > epoch)
          session.send({ type: 'lost', epoch: message.epoch });
      };
      const carried = transport.open({
        role: offers ? 'offerer' : 'answerer',
        remoteAddress: session.remoteAddress,
        carry: (listener) => session.carry(epoch, listener),
        listener: {
          signal(body) {
            session.send(first && offers ? { type: 'offer', epoch, via, body } : { type: 'signal', epoch, body });
            first = false;
          },
          negotiated: () => undefined,
          open: () =>
            void link.write({
              kind: 'hello',
              session: randomId(),
              stream: null,
              resumable: true,
              maxMessageBytes: 134_217_728,
              received: 0,
              handled: 0,
            }),
          record(bytes) {
            for (const frame of readFrames(seal ? seal.open(bytes) : bytes)) take(frame);
          },
          drain: () => room(),
          down: (error) => finish(error.code),
        },
      });
      const link: HostileLink = {
        session,
        epoch,
        recordBytes: transport.recordBytes - (seal?.overhead ?? 0),
        get over() {
          return over;
        },
        ended: end.promise,
        listen: (listener) => void taking.add(listener),
        async send(record) {
          if (over !== undefined) return;
          carried.send(seal ? seal.seal(record) : record);
          while (over === undefined && carried.bufferedAmount > transport.highWater)
            await new Promise<void>((done) => void waiting.add(done));
        },
        write: (...frames) => link.send(recordOf(...frames)),
        leave: () => void carried.close(),
      };
      function take(frame: Frame): void {
        if (frame.kind === 'hello') {
          greeted = true;
          void link.write({ kind: 'ready' });
        }
        // Without an answer the victim ends the link after 8 s.
        if (frame.kind === 'ping') void link.write({ kind: 'pong', no: frame.no });
        if (frame.kind === 'ready') ready = true;
        if (greeted && ready) resolve(link);
        for (const listener of taking) listener(frame);
      }
      listeners.add(hear);
      void ended.then((how) => finish(how.kind === 'bye' ? `bye ${how.reason}` : how.error.code));
      if (offer !== undefined) carried.signal(offer);
    }

    function answer(message: SignalMessage): boolean {
      if (message.type !== 'offer') return false;
      if (message.via !== via) {
        session.send({ type: 'lost', epoch: message.epoch });
        return false;
      }
      begin(message.epoch, message.body);
      return true;
    }
    if (offers) {
      begin(nextEpoch(session.greeting.held));
      return;
    }
    if (said.some(answer)) return;
    const wait = (message: SignalMessage): void => {
      if (answer(message)) listeners.delete(wait);
    };
    listeners.add(wait);
    void ended.then((how) => reject(new Error(`The session ended: ${how.kind}`)));
  });
}
