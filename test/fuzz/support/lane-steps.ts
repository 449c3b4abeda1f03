import { expect } from 'vitest';
import type { MessageKind } from '../../../src/protocol/frame-types.ts';
import { callLanes, messageLane, volatileLanes } from '../../../src/protocol/message-bodies/lanes.ts';
import { Lanes } from './lanes.ts';

/** A sender of messages, as far as its receiver goes along. */
interface Lane {
  /** Where the next part is. */
  offset: number;
  /** Bytes that the message lacks; 0: none has begun. */
  left: number;
  mark: number;
}

const kindOf = (lane: number): MessageKind =>
  lane === messageLane ? 'message' : callLanes.includes(lane) ? 'request' : 'volatile';

const lanesInTurn = [messageLane, messageLane, messageLane, ...callLanes, ...volatileLanes];

/** Makes steps out of bytes, three for each: what, in which lane, and how much. */
export class LaneSteps {
  static readonly samples: readonly Uint8Array[] = [
    // References and bodies in either order, with small messages between.
    [0, 0, 9, 1, 0, 0, 2, 0, 3, 3, 0, 9, 4, 0, 0, 4, 0, 0, 1, 0, 0],
    [2, 0, 3, 3, 0, 255, 1, 0, 0, 2, 0, 200, 3, 0, 200, 1, 0, 0],
    // Calls and volatile messages, a jump, a duplicate.
    [2, 3, 7, 3, 3, 3, 2, 12, 9, 8, 12, 50, 3, 12, 99, 5, 3, 2, 3, 3, 9],
    // Another link, handlers, memory that others need.
    [1, 0, 0, 4, 0, 0, 6, 0, 0, 7, 0, 0, 2, 0, 9, 9, 0, 0, 6, 0, 0, 4, 0, 0],
    [10, 0, 5, 11, 4, 5, 12, 4, 5],
  ].map((steps) => Uint8Array.from(steps));

  readonly lanes = new Lanes();
  readonly #lanes = new Map<number, Lane>();
  /** Marks of session messages in their order, as they were numbered. */
  readonly #sent: number[] = [];
  /** Those of session messages that go over the lane, in its order. */
  readonly #bodies: number[] = [];
  #references = 0;
  #marks = 0;
  #isHonest = true;

  /** Throws what the receiver throws. */
  make(input: Uint8Array): void {
    for (let at = 0; at + 2 < input.byteLength; at += 3)
      this.#step(input[at] ?? 0, lanesInTurn[(input[at + 1] ?? 0) % lanesInTurn.length] ?? 0, input[at + 2] ?? 0);
  }

  /** Session messages came in the order in which they were sent, each once, while the sender kept to the rules. */
  check(): void {
    if (!this.#isHonest || this.lanes.refusals > 0) return;
    const came = this.lanes.delivered.filter(({ of }) => of === 'message').map(({ bytes }) => bytes[0]);
    expect(came).toEqual(this.#sent.slice(0, came.length));
  }

  #step(what: number, lane: number, size: number): void {
    switch (what % 13) {
      case 0:
      case 4:
        this.#whole();
        return;
      case 1:
        this.#refer();
        return;
      case 2:
        this.#begin(lane, size);
        return;
      case 3:
        this.#more(lane, 64 * size);
        return;
      case 5:
        this.#repeat(lane, size);
        return;
      case 6:
        this.lanes.relink();
        return;
      case 7:
        this.lanes.handle();
        return;
      case 8:
        this.#jump(lane, size);
        return;
      case 9:
        this.#isHonest = false;
        this.lanes.dropUnfinished();
        return;
      default:
        this.#isHonest = false;
        this.#breakRules(what, lane, size);
    }
  }

  #whole(): void {
    const mark = this.#mark();
    this.#sent.push(mark);
    this.lanes.receive({ kind: 'whole', of: 'message', payload: Uint8Array.of(mark) });
  }

  /** The next session message has its place, whether it has begun or not. */
  #refer(): void {
    this.#sent.push(this.#bodyMark(this.#references));
    this.#references += 1;
    this.lanes.receive({ kind: 'reference' });
  }

  #begin(no: number, size: number): void {
    const lane = this.#lane(no);
    if (lane.left > 0) return;
    const total = 1 + 300 * size;
    if (no === messageLane) lane.mark = this.#bodyMark(this.#nextBody());
    else lane.mark = this.#mark();
    const bytes = new Uint8Array(Math.min(total, size + 1)).fill(lane.mark);
    const { offset } = lane;
    lane.offset += bytes.byteLength;
    lane.left = total - bytes.byteLength;
    this.lanes.receive({ kind: 'bodyBegin', lane: no, offset, of: kindOf(no), total, bytes });
  }

  #more(no: number, size: number): void {
    const lane = this.#lane(no);
    const length = Math.min(size, lane.left);
    if (length === 0) return;
    const { offset } = lane;
    lane.offset += length;
    lane.left -= length;
    this.lanes.receive({ kind: 'bodyMore', lane: no, offset, bytes: new Uint8Array(length).fill(lane.mark) });
  }

  /** What has come already. */
  #repeat(no: number, size: number): void {
    const { offset, mark } = this.#lane(no);
    const length = Math.min(offset, size);
    const bytes = new Uint8Array(length).fill(mark);
    if (length > 0) this.lanes.receive({ kind: 'bodyMore', lane: no, offset: offset - length, bytes });
  }

  #jump(no: number, size: number): void {
    if (!volatileLanes.includes(no)) return;
    const lane = this.#lane(no);
    lane.offset += size;
    lane.left = 0;
    this.#begin(no, size);
  }

  #breakRules(what: number, no: number, size: number): void {
    const { offset } = this.#lane(no);
    const bytes = new Uint8Array(size);
    if (what % 13 === 10) this.lanes.receive({ kind: 'bodyMore', lane: no, offset: offset + size, bytes });
    else if (what % 13 === 11)
      this.lanes.receive({ kind: 'bodyBegin', lane: no, offset, of: 'volatile', total: 1 + size, bytes });
    else
      this.lanes.receive({ kind: 'bodyCredit', lane: no, received: size, limit: 300 * size, rewind: size % 2 === 1 });
  }

  #lane(no: number): Lane {
    const lane = this.#lanes.get(no) ?? { offset: 0, left: 0, mark: 0 };
    this.#lanes.set(no, lane);
    return lane;
  }

  #begun = 0;
  #nextBody(): number {
    this.#begun += 1;
    return this.#begun - 1;
  }

  /** Of the n-th session message that goes over the lane. */
  #bodyMark(no: number): number {
    while (this.#bodies.length <= no) this.#bodies.push(this.#mark());
    return this.#bodies[no] ?? 0;
  }

  /** No head of CBOR with something behind it. */
  #mark(): number {
    this.#marks = (this.#marks + 1) % 24;
    return this.#marks;
  }
}
