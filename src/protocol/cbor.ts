import { LanpeerError } from '../errors.ts';
import { limits } from '../limits.ts';
import { describe } from '../validation/describe.ts';
import type { Arena } from './arena.ts';
import { major, simple } from './cbor-head.ts';
import { copyOutOfBand, isAllThere, type OutOfBand, type Payload, SegmentedPayload } from './payload.ts';

/** Most bytes of a head (RFC 8949 section 3), and of a float. */
const headBytes = 9;
const bufferBytes = 65_536;
/** Shorter texts are written here: a call of Node's costs more than they do. */
const shortChars = 24;

/** That of a writer that has ended: messages are written one after another. A getter of a program may begin another one. */
let spare: Buffer | undefined;

const headBytesOf = (value: number): number => {
  if (value < 24) return 1;
  if (value < 2 ** 8) return 2;
  if (value < 2 ** 16) return 3;
  return value < 2 ** 32 ? 5 : headBytes;
};

export interface CborWriterOptions {
  /** Large byte arrays are not copied. */
  readonly borrow?: boolean;
  /** Memory of what was written, if it is small. */
  readonly arena?: Arena | undefined;
}

/** Writes CBOR (RFC 8949), value by value: each in its shortest form, but floats, which are doubles. */
export class CborWriter {
  readonly #borrow: boolean;
  readonly #arena: Arena | undefined;
  #buffer = spare ?? Buffer.allocUnsafeSlow(bufferBytes);
  /** Bytes in the buffer. */
  #at = 0;
  /** What was in the buffer before, and long texts, which are encoded at the end: a text takes no memory until it may. */
  #chunks: (Uint8Array | string)[] | undefined;
  /** Bytes of the chunks. */
  #length = 0;
  /** Large byte arrays, which are neither in the chunks nor in the buffer. */
  #outOfBand: OutOfBand[] | undefined;

  constructor({ borrow = false, arena }: CborWriterOptions = {}) {
    spare = undefined;
    this.#borrow = borrow;
    this.#arena = arena;
  }

  null(): void {
    this.#head(major.simple, simple.null);
  }

  boolean(value: boolean): void {
    this.#head(major.simple, value ? simple.true : simple.false);
  }

  /** Safe integers as such; the integer 0 has no sign. */
  number(value: number): void {
    if (!Number.isSafeInteger(value) || Object.is(value, -0)) this.#float(value);
    else if (value < 0) this.#head(major.negint, -1 - value);
    else this.#head(major.uint, value);
  }

  /** A well-formed text. */
  text(value: string): void {
    const { length } = value;
    if (length < shortChars && this.#ascii(value)) return;
    if (headBytes + 3 * length > bufferBytes) {
      this.#longText(value);
      return;
    }
    this.#makeRoom(headBytes + 3 * length);
    // Its length in bytes is known behind it: most texts have one for each character.
    const start = this.#at + headBytesOf(length);
    const bytes = this.#buffer.write(value, start);
    const found = this.#at + headBytesOf(bytes);
    if (found !== start) this.#buffer.copyWithin(found, start, start + bytes);
    this.#head(major.text, bytes);
    this.#at += bytes;
  }

  /** A byte array. A large one goes out of band. */
  bytes(value: Uint8Array): void {
    const { byteLength } = value;
    this.#head(major.bytes, byteLength);
    if (byteLength >= limits.messages.outOfBandBytes) {
      this.#outOfBand ??= [];
      this.#outOfBand.push({ at: this.#length + this.#at, byteLength, parts: [value] });
      return;
    }
    this.#makeRoom(byteLength);
    this.#buffer.set(value, this.#at);
    this.#at += byteLength;
  }

  /** So many values come behind it. */
  array(length: number): void {
    this.#head(major.array, length);
  }

  /** So many keys come behind it, each with its value. */
  map(size: number): void {
    this.#head(major.map, size);
  }

  /**
   * All of it; nothing is written after it. Throws {@link LanpeerError} `ERR_TOO_LARGE` where there is no memory for it,
   * and `ERR_DATA` where a getter that was read later has transferred the memory of a byte array.
   */
  end(): Payload {
    if (this.#outOfBand && !this.#outOfBand.every(isAllThere))
      throw new LanpeerError('ERR_DATA', 'The memory of a byte array was transferred, or shrank, while it was read.');
    try {
      const rest = this.#rest();
      spare = this.#buffer;
      // Only now, when it is known that all of it may be carried.
      const outOfBand = this.#borrow ? this.#outOfBand : this.#outOfBand?.map(copyOutOfBand);
      return outOfBand ? new SegmentedPayload(rest, outOfBand) : rest;
    } catch (cause) {
      throw new LanpeerError('ERR_TOO_LARGE', `It cannot be encoded: ${describe(cause)}.`, { cause });
    }
  }

  #rest(): Uint8Array {
    const last = this.#buffer.subarray(0, this.#at);
    if (!this.#chunks) return this.#arena?.copy(this.#buffer, this.#at) ?? new Uint8Array(last);
    const whole = Buffer.allocUnsafeSlow(this.#length + this.#at);
    let at = 0;
    for (const chunk of [...this.#chunks, last]) {
      if (typeof chunk === 'string') at += whole.write(chunk, at);
      else {
        whole.set(chunk, at);
        at += chunk.byteLength;
      }
    }
    return whole;
  }

  #longText(value: string): void {
    const bytes = Buffer.byteLength(value);
    this.#head(major.text, bytes);
    this.#flush().push(value);
    this.#length += bytes;
  }

  #flush(): (Uint8Array | string)[] {
    this.#chunks ??= [];
    this.#chunks.push(new Uint8Array(this.#buffer.subarray(0, this.#at)));
    this.#length += this.#at;
    this.#at = 0;
    return this.#chunks;
  }

  #makeRoom(bytes: number): void {
    if (bytes > bufferBytes - this.#at) this.#flush();
  }

  /** False where it has another character; nothing is written then. */
  #ascii(value: string): boolean {
    const { length } = value;
    this.#makeRoom(headBytes + length);
    const start = this.#at + 1;
    for (let index = 0; index < length; index += 1) {
      const code = value.charCodeAt(index);
      if (code > 127) return false;
      this.#buffer[start + index] = code;
    }
    this.#head(major.text, length);
    this.#at += length;
    return true;
  }

  #head(kind: number, value: number): void {
    this.#makeRoom(headBytes);
    const at = this.#at;
    const buffer = this.#buffer;
    const size = headBytesOf(value);
    this.#at += size;
    if (size === 1) {
      buffer[at] = (kind << 5) | value;
      return;
    }
    // 24 to 27: the value is in 1, 2, 4 or 8 bytes.
    buffer[at] = (kind << 5) | (24 + Math.log2(size - 1));
    if (size === headBytes) {
      buffer.writeUInt32BE(Math.floor(value / 2 ** 32), at + 1);
      buffer.writeUInt32BE(value % 2 ** 32, at + 5);
    } else buffer.writeUIntBE(value, at + 1, size - 1);
  }

  #float(value: number): void {
    this.#makeRoom(headBytes);
    this.#buffer[this.#at] = (major.simple << 5) | simple.double;
    this.#buffer.writeDoubleBE(value, this.#at + 1);
    this.#at += headBytes;
  }
}
