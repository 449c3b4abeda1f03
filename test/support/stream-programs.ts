import type { SignallingSession } from '../../src/adapters/signalling/port.ts';
import type { OpenStreamOptions, PeerStream } from '../../src/index.ts';
import { Acceptors } from '../../src/node/byte-streams/acceptors.ts';
import { OpenStreams } from '../../src/node/byte-streams/open-streams.ts';
import { PeerStreams } from '../../src/node/byte-streams/peer-streams.ts';
import { Streams } from '../../src/node/byte-streams/streams.ts';
import { type CreditPool, createCreditPool } from '../../src/protocol/byte-stream/credit-pool.ts';
import type { CarrierListener } from '../../src/protocol/carrier.ts';
import type { DeviceId } from '../../src/protocol/device-id.ts';
import { sideA, sideB } from './byte-stream-pair.ts';

/** One program, and the streams of its peer. */
export class StreamProgram {
  readonly peer: PeerStreams;
  readonly streams: Streams;
  readonly acceptors: Acceptors;
  /** Callbacks that threw. */
  readonly thrown: unknown[] = [];
  /** What the carrier's listener threw: it would have ended the session. */
  readonly broken: unknown[] = [];
  readonly #peerId: DeviceId;
  #isHere = true;

  constructor(ownId: string, peerId: string, pool: CreditPool = createCreditPool(Number.MAX_SAFE_INTEGER)) {
    this.#peerId = peerId as DeviceId;
    this.acceptors = new Acceptors((_, thrown) => void this.thrown.push(thrown));
    const open = new OpenStreams([]);
    this.peer = new PeerStreams({
      open,
      pool,
      sendPool: createCreditPool(Number.MAX_SAFE_INTEGER),
      mayCarry: () => true,
      sessions: () => [],
      opened: (stream) => this.acceptors.receive(this.#peerId, stream, open),
      counters: [],
      closed: () => {
        this.#isHere = false;
      },
    });
    this.streams = new Streams({
      running: () => undefined,
      find: () => (this.#isHere ? this.peer : undefined),
    });
    this.peer.paired({ own: ownId, other: peerId });
  }

  open(type: string, options?: OpenStreamOptions): Promise<PeerStream> {
    return this.streams.open(this.#peerId, type, options);
  }

  /** The next stream of that type that the other program opens. */
  next(type: string): Promise<PeerStream> {
    return new Promise((resolve) => {
      const remove = this.acceptors.add(type, (stream) => {
        remove();
        resolve(stream);
      });
    });
  }
}

/** Two programs and a session between them, which carries records a turn of the event loop later. */
export class StreamPrograms {
  readonly a = new StreamProgram(sideA, sideB);
  readonly b = new StreamProgram(sideB, sideA);
  readonly #listeners = new Map<StreamProgram, CarrierListener>();
  /** Records are lost. */
  isCut = false;

  constructor() {
    this.session();
  }

  /** A session; what is on the one before is lost. */
  session(): void {
    for (const listener of [...this.#listeners.values()]) listener.closed();
    this.#listeners.clear();
    this.a.peer.add(this.#end(this.a, this.b));
    this.b.peer.add(this.#end(this.b, this.a));
  }

  #end(own: StreamProgram, other: StreamProgram): SignallingSession {
    const session: Pick<SignallingSession, 'carryStreams'> = {
      carryStreams: (listener) => {
        this.#listeners.set(own, listener);
        const isHere = (): boolean => this.#listeners.get(own) === listener && !this.isCut;
        return {
          bufferedAmount: 0,
          send: (record) => {
            const bytes = Uint8Array.from(record);
            setImmediate(() => {
              try {
                if (isHere()) this.#listeners.get(other)?.record(bytes);
              } catch (thrown) {
                other.broken.push(thrown);
              }
            });
          },
          close: () => undefined,
        };
      },
    };
    return session as SignallingSession;
  }
}

/** A stream that A opened and B accepted. */
export async function openStream() {
  const programs = new StreamPrograms();
  const accepted = programs.b.next('file');
  const stream = await programs.a.open('file');
  return { programs, stream, other: await accepted };
}

/** Turns of the event loop: all that either side has to say arrives. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}

export async function bytesOf({ readable }: PeerStream): Promise<number> {
  let bytes = 0;
  for await (const part of readable) bytes += part.byteLength;
  return bytes;
}
