import { FrameReader } from '../../src/files/frame-reader.ts';
import { frameOfNumbers, frameTypes, frameWith } from '../../src/files/frames.ts';
import { filesType } from '../../src/files/offer.ts';
import type { LanpeerNode } from '../../src/index.ts';

export const accept = (entries: number, pieces = 0): Buffer => frameOfNumbers(frameTypes.accept, entries, pieces);
export const hashes = (...all: readonly Uint8Array[]): Buffer => frameWith(frameTypes.hashes, Buffer.concat(all));
export const stored = (hash: Uint8Array): Buffer => frameWith(frameTypes.stored, hash);
export const done = (entries: number): Buffer => frameOfNumbers(frameTypes.done, entries);

/**
 * Answers each offer with these frames: whatever a receiver may send. Reads what comes; types of its frames and first numbers
 * of their bodies are added to the list.
 */
export function receiveRaw(
  node: LanpeerNode,
  frames: Iterable<Uint8Array>,
  atEnd: Iterable<Uint8Array> = [],
): (readonly [type: number, first: number])[] {
  const heard: (readonly [number, number])[] = [];
  node.acceptStream(filesType, (stream) => {
    const writer = stream.writable.getWriter();
    writer.closed.catch(() => undefined);
    const write = async (some: Iterable<Uint8Array>): Promise<void> => {
      for (const frame of some) await writer.write(frame);
    };
    write(frames).catch(() => undefined);
    void (async () => {
      const reader = new FrameReader(stream.readable);
      for (let head = await reader.next(); head; head = await reader.next()) {
        const body = await reader.body(head.length);
        heard.push([head.type, body.byteLength === 8 ? Number(Buffer.from(body).readBigUInt64BE()) : 0]);
        if (head.type === frameTypes.end) await write(atEnd);
      }
    })().catch(() => undefined);
  });
  return heard;
}
