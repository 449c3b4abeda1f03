import { limits } from '../../../src/limits.ts';
import type { BodyFrame, MessageKind } from '../../../src/protocol/frame-types.ts';
import { callLanes, messageLane, volatileLanes } from '../../../src/protocol/message-bodies/lanes.ts';
import { recordOf } from './frames.ts';
import { type HostileLink, randomId } from './hostile-link.ts';

/** What is in front of the bytes of a part at most. */
const headBytes = 32;

/** The lane of the n-th message of a kind that is under way. */
export function laneOf(of: MessageKind, no: number): number {
  if (of === 'message') return messageLane;
  const lanes = of === 'volatile' ? volatileLanes : callLanes;
  return lanes[no % lanes.length] ?? messageLane;
}

/**
 * A link that carries messages which do not fit into a record. It does not wait for credit: one part behind the other is
 * never beyond it, because the victim moves it as it reads.
 */
export class HostileCarrier {
  readonly link: HostileLink;
  readonly own: string;
  /** Name of the victim's send stream. */
  readonly other: string;
  readonly #offsets = new Map<number, number>();

  private constructor(link: HostileLink, own: string, other: string) {
    this.link = link;
    this.own = own;
    this.other = other;
  }

  /** Begins a stream, and a carrier over the same link. If that is over, nothing more leaves. */
  static async open(link: HostileLink, own = randomId()): Promise<HostileCarrier> {
    await link.write({ kind: 'begin', stream: own, next: 1 });
    return HostileCarrier.attach(link, own);
  }

  /** The stream has begun. */
  static async attach(link: HostileLink, own: string): Promise<HostileCarrier> {
    const other = await Promise.race([link.stream, link.ended]);
    await link.write({ kind: 'attach', carrier: 1, own, other });
    return new HostileCarrier(link, own, other);
  }

  /** The next part on a lane; the first one of a message begins it. */
  part(lane: number, bytes: Uint8Array, head?: { readonly of: MessageKind; readonly total: number }): BodyFrame {
    const offset = this.#offsets.get(lane) ?? 0;
    this.#offsets.set(lane, offset + bytes.byteLength);
    return head ? { kind: 'bodyBegin', lane, offset, bytes, ...head } : { kind: 'bodyMore', lane, offset, bytes };
  }

  /** Leaves out so many bytes of a lane. */
  skip(lane: number, bytes: number): void {
    this.#offsets.set(lane, (this.#offsets.get(lane) ?? 0) + bytes);
  }

  /**
   * Sends a message as the protocol has it, or the beginning of one that is longer.
   *
   * @param no Of those that are under way: chooses the lane.
   */
  async sendMessage(of: MessageKind, no: number, payload: Uint8Array, total = payload.byteLength): Promise<void> {
    const { link } = this;
    if (total <= limits.messages.wholeBytes) {
      await link.write({ kind: 'whole', of, payload });
      return;
    }
    if (of === 'message') await link.write({ kind: 'reference' });
    await this.sendBody(of, laneOf(of, no), payload, total);
  }

  /** The same, over that lane, without a reference. */
  async sendBody(of: MessageKind, lane: number, payload: Uint8Array, total = payload.byteLength): Promise<void> {
    const { link } = this;
    const size = link.recordBytes - headBytes;
    for (let at = 0; at < payload.byteLength && link.over === undefined; at += size)
      await link.send(recordOf(this.part(lane, payload.subarray(at, at + size), at === 0 ? { of, total } : undefined)));
  }
}
