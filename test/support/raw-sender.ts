import { createHash } from 'node:crypto';
import { type Entry, entryFrame } from '../../src/files/entry.ts';
import { frameOfNumbers, frameTypes, frameWith, pieceHead } from '../../src/files/frames.ts';
import { encodeOffer, filesType, type Offer } from '../../src/files/offer.ts';
import type { LanpeerNode, PeerStream } from '../../src/index.ts';

export const sha256 = (...bytes: readonly Uint8Array[]): Buffer =>
  createHash('sha256').update(Buffer.concat(bytes)).digest();

export const offerOf = (offer: Partial<Offer> = {}): Offer => ({
  id: sha256(Buffer.from(JSON.stringify({ ...offer, id: undefined }))),
  ...{ entries: 1, files: 1, bytes: 10, names: ['a'], items: 1, resumable: true },
  ...offer,
});

export const file = (path: string, size: number): Buffer => entryFrame({ kind: 'file', path, size, modified: 0 });
export const folder = (path: string): Buffer => entryFrame({ kind: 'folder', path, size: 0, modified: 0 });
export const piece = (bytes: Uint8Array, hash: Uint8Array = sha256(bytes)): Buffer =>
  Buffer.concat([pieceHead(hash, bytes.byteLength), bytes]);
export const fileEnd = (...pieces: readonly Uint8Array[]): Buffer =>
  frameWith(frameTypes.fileEnd, sha256(...pieces.map((one) => sha256(one))));
export const end = (entries: number): Buffer => frameOfNumbers(frameTypes.end, entries);

/** A whole file of one piece, or an empty one. */
export function wholeFile(path: string, bytes: Uint8Array, kind: Entry['kind'] = 'file'): Buffer {
  const entry = entryFrame({ kind, path, size: kind === 'file' ? bytes.byteLength : 0, modified: 0 });
  const pieces = bytes.byteLength > 0 ? [bytes] : [];
  return Buffer.concat([entry, ...pieces.map((one) => piece(one)), fileEnd(...pieces)]);
}

export const begin = (entry: number): Buffer => frameOfNumbers(frameTypes.begin, entry);

/**
 * Opens a stream with an offer and writes these frames: whatever a sender may send.
 *
 * @param from Where it says that it begins; null: it does not say.
 */
export async function sendRaw(
  node: LanpeerNode,
  to: string,
  offer: Offer | unknown,
  frames: readonly Uint8Array[],
  from: number | null = 0,
): Promise<PeerStream> {
  const isOffer = typeof offer === 'object' && offer !== null && 'id' in offer;
  const stream = await node.openStream(to, filesType, { data: isOffer ? encodeOffer(offer as Offer) : offer });
  const writer = stream.writable.getWriter();
  for (const frame of from === null ? frames : [begin(from), ...frames]) writer.write(frame).catch(() => undefined);
  writer.closed.catch(() => undefined);
  writer.releaseLock();
  return stream;
}
