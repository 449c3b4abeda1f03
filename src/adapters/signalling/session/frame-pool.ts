import { limits } from '../../../limits.ts';
import { carrierHeader } from '../../../protocol/carrier.ts';

const frameBytes = carrierHeader + limits.tls.recordBytes;
/** A frame of so many bytes is worth the whole memory of one. */
const leastBytes = frameBytes / 4;

/** Memory of frames that left, for those that come: new memory for each would keep the garbage collector busy. */
const free: Buffer[] = [];

/** Memory of so many bytes, no more than a frame has. Give it to {@link releaseFrame} once nobody reads it any more. */
export function acquireFrame(bytes: number): Buffer {
  if (bytes < leastBytes || bytes > frameBytes) return Buffer.allocUnsafe(bytes);
  const frame = free.pop() ?? Buffer.allocUnsafeSlow(frameBytes);
  return bytes === frameBytes ? frame : frame.subarray(0, bytes);
}

export function releaseFrame({ buffer, byteLength }: Buffer): void {
  if (buffer.byteLength === frameBytes && byteLength >= leastBytes && free.length < limits.tls.freeFrames)
    free.push(Buffer.from(buffer));
}
