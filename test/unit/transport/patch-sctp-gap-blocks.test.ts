import { describe, expect, it } from 'vitest';
import type { Sctp } from '../../../src/adapters/transport/werift/internals.ts';
import { capGapBlocks } from '../../../src/adapters/transport/werift/patch-sctp-gap-blocks.ts';
import { limits } from '../../../src/limits.ts';

const { ackBlocks, chunksAhead } = limits.webrtc;

describe('capGapBlocks', () => {
  it('drops acknowledgements with too many or too wide blocks', async () => {
    let received = 0;
    const sctp: Pick<Sctp, 'receiveSackChunk'> = {
      receiveSackChunk: async () => {
        received += 1;
      },
    };
    capGapBlocks(sctp as Sctp);
    const blocks = (length: number, end: number) => Array.from({ length }, (): readonly [number, number] => [1, end]);
    await sctp.receiveSackChunk({ gaps: blocks(ackBlocks, chunksAhead) });
    expect(received).toBe(1);
    await sctp.receiveSackChunk({ gaps: blocks(ackBlocks + 1, 1) });
    await sctp.receiveSackChunk({ gaps: blocks(1, chunksAhead + 1) });
    expect(received).toBe(1);
  });
});
