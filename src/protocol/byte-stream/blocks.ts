import { limits } from '../../limits.ts';

const { blockBytes, freeBlocks } = limits.streams;

const free: Buffer[] = [];

/** Memory of {@link blockBytes}, with whatever it had before: new memory costs more than what is written into it. */
export const acquireBlock = (): Buffer => free.pop() ?? Buffer.allocUnsafeSlow(blockBytes);

/** Nobody reads it any more. */
export function releaseBlock(block: Buffer): void {
  if (free.length < freeBlocks) free.push(block);
}
