import { findLargeBytes } from '../cbor-outline.ts';
import type { MessageKind } from '../frame-types.ts';
import { type Payload, SegmentedPayload } from '../payload.ts';
import { GrowingBytes } from './growing-bytes.ts';

/** A large byte array; its bytes come behind those `at` bytes of the rest. */
interface LargeBytes {
  readonly at: number;
  readonly bytes: GrowingBytes;
}

/** What becomes of a part that comes. */
interface Plan {
  readonly pieces: { readonly into: GrowingBytes; readonly piece: Uint8Array }[];
  /** Large byte arrays that begin in it. */
  readonly begun: LargeBytes[];
  /** That which goes on in the next part, with what it lacks. */
  open: GrowingBytes | undefined;
  left: number;
  /** Where in the payload the next head is; undefined if nobody looks for large byte arrays any more. */
  head: number | undefined;
}

/** How many bytes go where. */
function sumsOf({ pieces }: Plan): Map<GrowingBytes, number> {
  const sums = new Map<GrowingBytes, number>();
  for (const { into, piece } of pieces) sums.set(into, (sums.get(into) ?? 0) + piece.byteLength);
  return sums;
}

/**
 * A message that comes in parts. Large byte arrays in it are put together in memory of their own, which the program gets
 * as it is, and the rest beside them.
 */
export class PartialMessage {
  readonly of: MessageKind;
  readonly total: number;
  #length = 0;
  #held = 0;
  #isDropped = false;
  #rest: GrowingBytes;
  #large: LargeBytes[] = [];
  #open: GrowingBytes | undefined;
  #left = 0;
  #head: number | undefined = 0;

  constructor(of: MessageKind, total: number) {
    this.of = of;
    this.total = total;
    this.#rest = new GrowingBytes(total);
  }

  /** Bytes of it that came. */
  get length(): number {
    return this.#length;
  }

  /** Bytes of memory that were acquired for it. */
  get held(): number {
    return this.#held;
  }

  get isDropped(): boolean {
    return this.#isDropped;
  }

  /** Takes the next part; false, and nothing has changed, where `acquire` says that there is no memory for it. */
  add(part: Uint8Array, acquire: (bytes: number) => boolean): boolean {
    const plan = this.#plan(part);
    const limit = plan.begun.reduce((sum, { bytes }) => sum - bytes.limit, this.#rest.limit);
    const sums = sumsOf(plan);
    let room = 0;
    for (const [into, bytes] of sums) room += into.roomFor(bytes, into === this.#rest ? limit : into.limit);
    if (room > 0 && !acquire(room)) return false;
    this.#held += room;
    this.#rest.limit = limit;
    for (const [into, bytes] of sums) into.reserve(bytes);
    for (const { into, piece } of plan.pieces) into.add(piece);
    this.#large.push(...plan.begun);
    this.#open = plan.open;
    this.#left = plan.left;
    this.#head = plan.head;
    this.#length += part.byteLength;
    return true;
  }

  /** A part of what is dropped came. */
  skip(bytes: number): void {
    this.#length += bytes;
  }

  /** Lets go of what came. */
  drop(): void {
    this.#isDropped = true;
    this.#held = 0;
    this.#rest = new GrowingBytes(0);
    this.#large = [];
  }

  /** When all of it is there. */
  payload(): Payload {
    const rest = this.#rest.take();
    if (this.#large.length === 0) return rest;
    return new SegmentedPayload(
      rest,
      this.#large.map(({ at, bytes }) => ({ at, byteLength: bytes.limit, parts: [bytes.take()] })),
    );
  }

  #plan(part: Uint8Array): Plan {
    const plan: Plan = { pieces: [], begun: [], open: this.#open, left: this.#left, head: this.#head };
    let at = 0;
    let restLength = this.#rest.length;
    while (at < part.byteLength) {
      const start = at;
      if (plan.open) {
        at = Math.min(part.byteLength, start + plan.left);
        plan.pieces.push({ into: plan.open, piece: part.subarray(start, at) });
        plan.left -= at - start;
        if (plan.left > 0) break;
        plan.open = undefined;
        plan.head = this.#length + at;
        continue;
      }
      at = this.#beginLarge(part, plan);
      const piece = part.subarray(start, at);
      if (piece.byteLength > 0) plan.pieces.push({ into: this.#rest, piece });
      restLength += piece.byteLength;
      if (plan.left === 0) continue;
      plan.open = new GrowingBytes(plan.left);
      plan.begun.push({ at: restLength, bytes: plan.open });
    }
    return plan;
  }

  /** Where in the part the rest ends: at its end, or where the next large byte array begins. */
  #beginLarge(part: Uint8Array, plan: Plan): number {
    const end = part.byteLength;
    if (plan.head === undefined || plan.head >= this.#length + end) return end;
    const found = findLargeBytes(part, plan.head - this.#length);
    plan.head = found?.large === 0 ? this.#length + found.at : undefined;
    if (!found || found.large === 0) return end;
    // More memory than the message has bytes is never taken.
    if (this.#rest.hasWhole || this.#length + found.at + found.large > this.total) return end;
    plan.left = found.large;
    return found.at;
  }
}
