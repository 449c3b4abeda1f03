import { LanpeerError } from '../errors.ts';

/** Who uses a {@link Carrier}. After `closed` nothing more comes. */
export interface CarrierListener {
  record(bytes: Uint8Array): void;
  /** Bytes left: `bufferedAmount` fell. */
  left(): void;
  /** The other end closed its side, or what carries it is gone. Not after a local close. */
  closed(): void;
}

/** Records of one link on a signalling session, beside its own messages: reliable, in order, sealed by TLS. */
export interface Carrier {
  /** At least one byte, which are the caller's again when this returns. */
  send(record: Uint8Array): void;
  /** Bytes that were given to {@link send} and have not left yet; a short record counts for the memory that it holds. */
  readonly bufferedAmount: number;
  /** Tells the other end. Idempotent. */
  close(): void;
}

/** Makes the carrier of the link that is being opened. */
export type Carry = (listener: CarrierListener) => Carrier;

/** Bytes in front of each record: the channel and the generation of the link. */
export const carrierHeader = 8;

/** Channel of the records of links. A later version may have others, for what this one does not know. */
const linkChannel = 0;
const generationMask = 2n ** 56n - 1n;

/** A record of a link. An empty one says that its sender has closed that link. */
export interface CarriedRecord {
  /** Number of the link, as in its offer. */
  readonly generation: number;
  readonly record: Uint8Array;
}

/** A binary frame of a signalling session: the channel in 1 byte, the generation in 7, big endian, and a record. */
export function formatCarried({ generation, record }: CarriedRecord): Uint8Array {
  const frame = Buffer.allocUnsafe(carrierHeader + record.byteLength);
  writeCarried(frame, { generation, record });
  return frame;
}

/** The same, into memory that is as long. */
export function writeCarried(frame: Buffer, { generation, record }: CarriedRecord): void {
  frame.writeBigUInt64BE(BigInt(generation));
  frame.writeUInt8(linkChannel);
  frame.set(record, carrierHeader);
}

/**
 * Undefined for a frame of a channel that this version does not know. Throws {@link LanpeerError} `ERR_PROTOCOL`, nothing
 * else. The record is a view of the frame.
 */
export function parseCarried(frame: Uint8Array): CarriedRecord | undefined {
  const bad = (): never => {
    throw new LanpeerError('ERR_PROTOCOL', 'A binary frame of a signalling session names no link.');
  };
  if (frame.byteLength < carrierHeader) return bad();
  if (frame[0] !== linkChannel) return undefined;
  const generation = new DataView(frame.buffer, frame.byteOffset).getBigUint64(0) & generationMask;
  if (generation < 1n || generation > BigInt(Number.MAX_SAFE_INTEGER)) return bad();
  return { generation: Number(generation), record: frame.subarray(carrierHeader) };
}
