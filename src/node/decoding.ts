import { limits } from '../limits.ts';
import type { CborDecoder } from '../protocol/cbor-decode.ts';
import { createWaiting } from './waiting.ts';

/** Data that is still bytes. */
export interface Undecoded {
  /** Values in it. */
  readonly items: number;
  /** Bytes that it will hold. */
  readonly held: number;
  decoder(): CborDecoder;
}

/** What was decoded; `release` is called once, when the program has done with it. */
export interface Decoded {
  readonly data: unknown;
  readonly release: () => void;
}

/** Makes values of bytes when it is their turn: of all peers together only so much data is decoded at a time. */
export interface Decoding {
  /** At once if it is small. Throws, or rejects, with `ERR_PROTOCOL` for a key that comes twice. */
  decode(undecoded: Undecoded): Decoded | Promise<Decoded>;
  readonly used: number;
}

const { decodedBytes, smallBytes, itemsAtOnce } = limits.messages;
const nothing = (): void => undefined;

/** Others get a turn between the parts. */
async function inParts(decoder: CborDecoder): Promise<unknown> {
  while (!decoder.run(itemsAtOnce)) await new Promise((resolve) => setImmediate(resolve));
  return decoder.value;
}

export function createDecoding(): Decoding {
  const waiting = createWaiting();
  let used = 0;

  function takeTurn(held: number): true | undefined {
    if (used > 0 && used + held > decodedBytes) return undefined;
    used += held;
    return true;
  }

  function release(held: number): void {
    used -= held;
    waiting.look();
  }

  /** What throws gives its turn back. */
  async function decodeLater({ decoder, held }: Undecoded, turn: true | undefined): Promise<Decoded> {
    if (!turn) await waiting.join(undefined, () => takeTurn(held));
    try {
      return { data: await inParts(decoder()), release: () => release(held) };
    } catch (thrown) {
      release(held);
      throw thrown;
    }
  }

  function decodeNow({ decoder, held }: Undecoded, isSmall: boolean): Decoded {
    const all = decoder();
    try {
      all.run(itemsAtOnce + 1);
    } catch (thrown) {
      if (!isSmall) release(held);
      throw thrown;
    }
    return { data: all.value, release: isSmall ? nothing : () => release(held) };
  }

  return {
    decode(undecoded) {
      const { held, items } = undecoded;
      const isSmall = held <= smallBytes && items <= itemsAtOnce;
      if (isSmall) return decodeNow(undecoded, isSmall);
      const turn = waiting.size === 0 ? takeTurn(held) : undefined;
      return turn && items <= itemsAtOnce ? decodeNow(undecoded, isSmall) : decodeLater(undecoded, turn);
    },
    get used() {
      return used;
    },
  };
}
