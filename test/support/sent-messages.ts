import type { MessageKind } from '../../src/protocol/frame-types.ts';
import type { DeliveryOutcome } from '../../src/protocol/message-session/out-message.ts';

export type Side = 'a' | 'b';

/** A message: its sender, the sender's run, and everything that became of it. */
export interface SentMessage {
  readonly from: Side;
  readonly run: string;
  readonly no: number;
  readonly of: MessageKind;
  readonly bytes: number;
  fate: DeliveryOutcome | undefined;
  /** Runs of the receiver to which it was delivered, and those whose handlers settled. */
  readonly handed: string[];
  readonly handled: string[];
}

/** All messages of a session pair: each payload names its message, so that one which comes altered is noticed. */
export class SentMessages {
  readonly all: SentMessage[] = [];
  /** In the order of delivery. */
  readonly order: SentMessage[] = [];

  make(from: Side, run: string, of: MessageKind, bytes: number): { message: SentMessage; payload: Uint8Array } {
    const no = this.all.length;
    const message: SentMessage = { from, run, no, of, bytes, fate: undefined, handed: [], handled: [] };
    const payload = new Uint8Array(bytes).fill(no % 251);
    new DataView(payload.buffer).setUint32(0, no);
    this.all.push(message);
    return { message, payload };
  }

  settle(message: SentMessage, fate: DeliveryOutcome): void {
    if (message.fate !== undefined) throw new Error('a message has two fates');
    message.fate = fate;
  }

  /** The message that came to that run of that side. */
  delivered(side: Side, run: string, of: MessageKind, payload: Uint8Array): SentMessage {
    const message = this.all[new DataView(payload.buffer, payload.byteOffset).getUint32(0)];
    if (!message || message.of !== of || message.bytes !== payload.byteLength || message.from === side)
      throw new Error('a message came that was never sent');
    if (!payload.subarray(4).every((byte) => byte === message.no % 251)) throw new Error('a message came altered');
    message.handed.push(run);
    this.order.push(message);
    return message;
  }
}
