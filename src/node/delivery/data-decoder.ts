import { limits } from '../../limits.ts';
import type { CborDecoder } from '../../protocol/cbor-decode.ts';
import { WaitQueue } from './wait-queue.ts';

/** Data that is still bytes. */
export interface Undecoded {
  /** Values in it. */
  readonly items: number;
  /** Bytes that it will hold. */
  readonly held: number;
  decoder(): CborDecoder;
}

/** What was decoded; `release` is called once, when it counts no more. */
export interface Decoded {
  readonly data: unknown;
  readonly release: () => void;
}

type Release = Decoded['release'];

const { decodedBytes, largeBytes, itemsAtOnce } = limits.messages;
const ignore = (): void => undefined;

/**
 * Decodes data when it is its turn: of all peers together only so much large data is there at a time, but something of each
 * peer, so that no peer waits for another.
 */
export class DataDecoder {
  readonly #most: number;
  readonly #held = new Map<string, number>();
  readonly #queues = new Map<string, WaitQueue>();
  #used = 0;

  /** @param most Bytes that large data of all peers may hold; more only where a peer has nothing else here. */
  constructor(most: number = decodedBytes) {
    this.#most = most;
  }

  get used(): number {
    return this.#used;
  }

  /** Whether it is decoded at once, whatever else is there. */
  isSmall({ held, items }: Undecoded): boolean {
    return held <= largeBytes && items <= itemsAtOnce;
  }

  /** At once if it is small. Throws, or rejects, with `ERR_PROTOCOL` for a key that comes twice. */
  decode(undecoded: Undecoded, peer: string): Decoded | Promise<Decoded> {
    const { held, items } = undecoded;
    const release = held <= largeBytes ? ignore : this.#queues.has(peer) ? undefined : this.#acquire(peer, held);
    return release && items <= itemsAtOnce
      ? decodeNow(undecoded, release)
      : decodeLater(undecoded, release ?? this.#wait(peer, held));
  }

  #acquire(peer: string, bytes: number): Release | undefined {
    if (this.#held.has(peer) && this.#used + bytes > this.#most) return undefined;
    this.#used += bytes;
    this.#held.set(peer, (this.#held.get(peer) ?? 0) + bytes);
    return () => this.#release(peer, bytes);
  }

  #wait(peer: string, bytes: number): Promise<Release> {
    const queue = this.#queues.get(peer) ?? new WaitQueue();
    this.#queues.set(peer, queue);
    return queue.join(undefined, () => this.#acquire(peer, bytes));
  }

  #release(peer: string, bytes: number): void {
    this.#used -= bytes;
    const left = (this.#held.get(peer) ?? 0) - bytes;
    if (left > 0) this.#held.set(peer, left);
    else this.#held.delete(peer);
    for (const [id, queue] of [...this.#queues]) {
      queue.retry();
      if (queue.size === 0) this.#queues.delete(id);
    }
  }
}

/** The data of what is small. Throws `ERR_PROTOCOL` for a key that comes twice. */
export function decodeSmall({ decoder: createDecoder }: Undecoded): unknown {
  const decoder = createDecoder();
  decoder.run(itemsAtOnce + 1);
  return decoder.value;
}

function decodeNow(undecoded: Undecoded, release: Release): Decoded {
  try {
    return { data: decodeSmall(undecoded), release };
  } catch (error) {
    release();
    throw error;
  }
}

/** Releases what was acquired where the data cannot be decoded. */
async function decodeLater({ decoder }: Undecoded, acquired: Release | Promise<Release>): Promise<Decoded> {
  const release = acquired instanceof Promise ? await acquired : acquired;
  try {
    return { data: await decodeInParts(decoder()), release };
  } catch (error) {
    release();
    throw error;
  }
}

/** Other work gets a turn between the parts. */
async function decodeInParts(decoder: CborDecoder): Promise<unknown> {
  while (!decoder.run(itemsAtOnce)) await new Promise((resolve) => setImmediate(resolve));
  return decoder.value;
}
