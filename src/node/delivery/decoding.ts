import { limits } from '../../limits.ts';
import type { CborDecoder } from '../../protocol/cbor-decode.ts';
import { createWaiting, type Waiting } from './wait-queue.ts';

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

/**
 * Makes values of bytes when it is their turn: of all peers together only so much large data is there at a time, but
 * something of each peer, so that none waits for another.
 */
export interface Decoding {
  /** At once if it is small. Throws, or rejects, with `ERR_PROTOCOL` for a key that comes twice. */
  decode(undecoded: Undecoded, peer: string): Decoded | Promise<Decoded>;
  readonly used: number;
}

const { decodedBytes, largeBytes, itemsAtOnce } = limits.messages;
const nothing = (): void => undefined;

/** Others get a turn between the parts. */
async function inParts(decoder: CborDecoder): Promise<unknown> {
  while (!decoder.run(itemsAtOnce)) await new Promise((resolve) => setImmediate(resolve));
  return decoder.value;
}

/** Gives back once what was taken. */
type Turn = () => void;

/** @param most Bytes that large data of all peers may hold; more only where a peer has nothing else here. */
export function createDecoding(most: number = decodedBytes): Decoding {
  const held = new Map<string, number>();
  const lines = new Map<string, Waiting>();
  let used = 0;

  function release(peer: string, bytes: number): void {
    used -= bytes;
    const left = (held.get(peer) ?? 0) - bytes;
    if (left > 0) held.set(peer, left);
    else held.delete(peer);
    for (const [waits, line] of [...lines]) {
      line.look();
      if (line.size === 0) lines.delete(waits);
    }
  }

  function takeTurn(peer: string, bytes: number): Turn | undefined {
    if (held.has(peer) && used + bytes > most) return undefined;
    used += bytes;
    held.set(peer, (held.get(peer) ?? 0) + bytes);
    return () => release(peer, bytes);
  }

  function waitForTurn(peer: string, bytes: number): Promise<Turn> {
    const line = lines.get(peer) ?? createWaiting();
    lines.set(peer, line);
    return line.join(undefined, () => takeTurn(peer, bytes));
  }

  /** What throws gives its turn back. */
  async function decodeLater({ decoder }: Undecoded, turn: Turn | Promise<Turn>): Promise<Decoded> {
    const release = turn instanceof Promise ? await turn : turn;
    try {
      return { data: await inParts(decoder()), release };
    } catch (thrown) {
      release();
      throw thrown;
    }
  }

  function decodeNow({ decoder }: Undecoded, release: Turn): Decoded {
    const all = decoder();
    try {
      all.run(itemsAtOnce + 1);
    } catch (thrown) {
      release();
      throw thrown;
    }
    return { data: all.value, release };
  }

  return {
    decode(undecoded, peer) {
      const { held: bytes, items } = undecoded;
      const turn = bytes <= largeBytes ? nothing : lines.has(peer) ? undefined : takeTurn(peer, bytes);
      return turn && items <= itemsAtOnce
        ? decodeNow(undecoded, turn)
        : decodeLater(undecoded, turn ?? waitForTurn(peer, bytes));
    },
    get used() {
      return used;
    },
  };
}
