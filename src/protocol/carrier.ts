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
  /** Bytes that were given to {@link send} and have not left yet. */
  readonly bufferedAmount: number;
  /** Tells the other end. Idempotent. */
  close(): void;
}

/** Makes the carrier of the link that is being opened. */
export type Carry = (listener: CarrierListener) => Carrier;

/** Bytes in front of each record: the epoch of its link. */
export const carrierHeader = 8;

/**
 * A binary frame of a signalling session: the epoch as a 64-bit number, big endian, and a record. One without a record
 * says that its sender has closed that link.
 */
export function formatCarried(epoch: number, record: Uint8Array): Uint8Array {
  const frame = Buffer.allocUnsafe(carrierHeader + record.byteLength);
  frame.writeBigUInt64BE(BigInt(epoch));
  frame.set(record, carrierHeader);
  return frame;
}

/** Throws {@link LanpeerError} `ERR_PROTOCOL`, nothing else. The record is a view of the frame. */
export function parseCarried(frame: Uint8Array): { readonly epoch: number; readonly record: Uint8Array } {
  const bad = (): never => {
    throw new LanpeerError('ERR_PROTOCOL', 'A binary frame of a signalling session names no link.');
  };
  if (frame.byteLength < carrierHeader) return bad();
  const epoch = new DataView(frame.buffer, frame.byteOffset).getBigUint64(0);
  if (epoch < 1n || epoch > BigInt(Number.MAX_SAFE_INTEGER)) return bad();
  return { epoch: Number(epoch), record: frame.subarray(carrierHeader) };
}
