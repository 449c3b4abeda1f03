import { expect, test } from 'vitest';
import { limits } from '../../../../src/limits.ts';
import { createCreditPool } from '../../../../src/protocol/byte-stream/credit-pool.ts';
import type { EndReason } from '../../../../src/protocol/byte-stream/frame-types.ts';
import { StreamSide, sideA, sideB } from '../../../support/byte-stream-pair.ts';

const { windowBytes } = limits.streams;
const reason: EndReason = { kind: 'aborted', code: '', text: '' };

test('what is written and has not arrived comes out of a pool, and goes back into it', () => {
  const sendPool = createCreditPool(windowBytes);
  const side = new StreamSide(sideA, sideB, undefined, sendPool);
  const ends = Array.from({ length: 10 }, () => side.open());
  let written = 0;
  for (const { stream } of ends) {
    side.streams.receive({ kind: 'credit', stream: stream.number, received: 0, read: 0, limit: 1e9 });
    written += stream.outgoing.write(new Uint8Array(2_000_000));
  }
  expect(written).toBe(65_536 + 10 * 4_096);
  ends[0]?.stream.outgoing.reset(reason);
  expect(ends[0]?.stream.outgoing.write(new Uint8Array(1))).toBe(0);
  side.streams.end();
  expect(sendPool.take(Number.MAX_SAFE_INTEGER)).toBe(windowBytes);
});
