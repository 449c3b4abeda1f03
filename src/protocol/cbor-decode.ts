import { type CborReader, major, readFloat, readHead, refuseCbor, simple, takeOutOfBand } from './cbor-head.ts';
import { joinParts } from './payload.ts';

type Fields = Record<string, unknown>;

/** An array or a map whose items are not all there. */
interface Open {
  readonly into: unknown[] | Fields;
  key: string;
  left: number;
}

function readText(reader: CborReader, length: number): string {
  const { bytes, at } = reader;
  reader.at += length;
  return length === 0 ? '' : bytes.toString('utf8', at, reader.at);
}

function readKey(reader: CborReader, { into }: Open): string {
  const key = readText(reader, readHead(reader));
  return Object.hasOwn(into, key) ? refuseCbor('it has a key twice') : key;
}

function readSimple(reader: CborReader): unknown {
  const { info } = reader;
  if (info >= simple.half) return readFloat(reader);
  return info === simple.null ? null : info === simple.true;
}

function readBytes(reader: CborReader, length: number): Uint8Array {
  const outOfBand = takeOutOfBand(reader, length);
  if (outOfBand) return joinParts(outOfBand);
  const { bytes, at } = reader;
  reader.at += length;
  // Its own memory: a part of the payload would keep all of it.
  return new Uint8Array(bytes.subarray(at, reader.at));
}

/** The value of a head that opens nothing. */
function readLeaf(reader: CborReader, head: number): unknown {
  if (reader.kind === major.uint) return head;
  if (reader.kind === major.negint) return -1 - head;
  if (reader.kind === major.text) return readText(reader, head);
  return reader.kind === major.bytes ? readBytes(reader, head) : readSimple(reader);
}

/**
 * The value of an item that has no others in it; undefined for an array or a map.
 *
 * @param reader In front of an item that `scanCbor` has walked over.
 */
export function decodeLeaf(reader: CborReader): unknown {
  const head = readHead(reader);
  return reader.kind === major.array || reader.kind === major.map ? undefined : readLeaf(reader, head);
}

function put({ into, key }: Open, value: unknown): void {
  if (Array.isArray(into)) into.push(value);
  // An assignment would set the prototype.
  else if (key === '__proto__')
    Object.defineProperty(into, key, { value, configurable: true, enumerable: true, writable: true });
  else into[key] = value;
}

/** Decodes an item a part at a time: no other message would have a turn while a large one is decoded. */
export class CborDecoder {
  readonly #reader: CborReader;
  readonly #stack: Open[] = [];
  #value: unknown;
  #isWhole = false;

  /** @param reader In front of an item that `scanCbor` has walked over: nothing of that is checked again. */
  constructor(reader: CborReader) {
    this.#reader = reader;
  }

  /** The item, once it is whole. */
  get value(): unknown {
    return this.#value;
  }

  /** Decodes so many values more; true once all are there. Throws {@link LanpeerError} `ERR_PROTOCOL` for a doubled key. */
  run(items: number): boolean {
    for (let count = 0; count < items && !this.#isWhole; count += 1) this.#step();
    return this.#isWhole;
  }

  #step(): void {
    const reader = this.#reader;
    const stack = this.#stack;
    const top = stack[stack.length - 1];
    if (top) {
      top.left -= 1;
      if (!Array.isArray(top.into)) top.key = readKey(reader, top);
    }
    const head = readHead(reader);
    const isArray = reader.kind === major.array;
    const opened = isArray ? ([] as unknown[]) : reader.kind === major.map ? ({} as Fields) : undefined;
    const value = opened ?? readLeaf(reader, head);
    if (top) put(top, value);
    else this.#value = value;
    if (opened && head > 0) stack.push({ into: opened, key: '', left: head });
    else this.#close();
  }

  #close(): void {
    const stack = this.#stack;
    while (stack[stack.length - 1]?.left === 0) stack.pop();
    this.#isWhole = stack.length === 0;
  }
}
