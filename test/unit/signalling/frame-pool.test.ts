import { describe, expect, it } from 'vitest';
import { acquireFrame, releaseFrame } from '../../../src/adapters/signalling/session/frame-pool.ts';
import { limits } from '../../../src/limits.ts';
import { carrierHeader } from '../../../src/protocol/carrier.ts';

const { recordBytes, freeFrames } = limits.tls;
const most = carrierHeader + recordBytes;

describe('memory of frames', () => {
  it('is used again once it was released, for a frame of any length that is worth it', () => {
    const frame = acquireFrame(most);
    releaseFrame(frame);
    const next = acquireFrame(most / 2);
    expect(next.byteLength).toBe(most / 2);
    expect(next.buffer).toBe(frame.buffer);
    expect(acquireFrame(most).buffer).not.toBe(frame.buffer);
  });

  it('is kept for so many frames at most', () => {
    const frames = Array.from({ length: freeFrames + 1 }, () => acquireFrame(most));
    for (const frame of frames) releaseFrame(frame);
    const again = Array.from({ length: freeFrames + 1 }, () => acquireFrame(most));
    const known = new Set(frames.map(({ buffer }) => buffer));
    expect(again.filter(({ buffer }) => known.has(buffer))).toHaveLength(freeFrames);
  });

  it('of small frames, and of larger ones than a link has, is not kept', () => {
    for (const bytes of [carrierHeader, most / 8, most + 1]) {
      const frame = acquireFrame(bytes);
      expect(frame.byteLength).toBe(bytes);
      releaseFrame(frame);
      expect(acquireFrame(most).buffer).not.toBe(frame.buffer);
    }
  });
});
