import { LanpeerError } from '../errors.ts';

/** Who uses a {@link Carrier}. After `closed` nothing more comes. */
export interface CarrierListener {
  /** At least one byte, of the listener from now on. What it throws ends the session. */
  record(bytes: Uint8Array): void;
  /** Bytes left: `bufferedAmount` fell. */
  left(): void;
  /** The other end closed its side, or what carries it is gone. Not after a local close. */
  closed(): void;
}

/**
 * Records on a signalling session, beside its own messages: reliable, in order, sealed by TLS. Those of one link, or those
 * of all byte streams of a session.
 */
export interface Carrier {
  /** 1 to `limits.tls.recordBytes` bytes, which are the caller's again when this returns. */
  send(record: Uint8Array): void;
  /**
   * Bytes that were given to {@link send} and have not left yet; a short record counts for the memory that it holds. All
   * links of a session together, or its byte streams: each kind has a high water of its own, so that neither waits for the
   * other to have sent all it has.
   */
  readonly bufferedAmount: number;
  /** The other end of a link is told; that of byte streams is not. Idempotent. */
  close(): void;
}

/** Makes the carrier of the link that is being opened. */
export type Carry = (listener: CarrierListener) => Carrier;

/** Bytes in front of each record: the channel, and the generation of the link. */
export const carrierHeader = 8;

/** Channels. A later version may have others, for what this one does not know. */
const linkChannel = 0;
const streamChannel = 1;

/** In place of the generation of a link: the records are those of byte streams, which belong to the session itself. */
export const streamGeneration = 0;

/** A record of a link, or of byte streams. An empty one says that its sender has closed that link. */
export interface CarriedRecord {
  /** Number of the link, as in its offer, or {@link streamGeneration}. */
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
  frame.writeUInt32BE(Math.floor(generation / 2 ** 32));
  frame.writeUInt32BE(generation % 2 ** 32, 4);
  frame[0] = generation === streamGeneration ? streamChannel : linkChannel;
  frame.set(record, carrierHeader);
}

/**
 * Undefined for a frame of a channel that this version does not know. Throws {@link LanpeerError} `ERR_PROTOCOL`, nothing
 * else. The record is a view of the frame.
 */
export function parseCarried(frame: Uint8Array): CarriedRecord | undefined {
  const bad = (): never => {
    throw new LanpeerError('ERR_PROTOCOL', 'A binary frame of a signalling session names no link, or has no record.');
  };
  if (frame.byteLength < carrierHeader) return bad();
  const [channel] = frame;
  if (channel !== linkChannel && channel !== streamChannel) return undefined;
  const generation = generationOf(frame);
  const ofStreams = channel === streamChannel;
  if (ofStreams !== (generation === streamGeneration) || generation > Number.MAX_SAFE_INTEGER) return bad();
  if (ofStreams && frame.byteLength === carrierHeader) return bad();
  return { generation, record: frame.subarray(carrierHeader) };
}

function generationOf(frame: Uint8Array): number {
  const view = new DataView(frame.buffer, frame.byteOffset, carrierHeader);
  return (view.getUint32(0) & 0xff_ffff) * 2 ** 32 + view.getUint32(4);
}
