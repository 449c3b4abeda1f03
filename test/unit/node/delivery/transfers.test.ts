import { expect, test } from 'vitest';
import type { Transfer } from '../../../../src/api/messages.ts';
import { limits } from '../../../../src/limits.ts';
import { reportProgress } from '../../../../src/node/delivery/transfers.ts';
import type { NodeStreamsSource } from '../../../../src/streams/node-streams.ts';

const { interleaved, largeBytes, progressBytes } = limits.messages;
const remembered = 4 * interleaved;
const total = 3 * progressBytes;

function setUp() {
  const transfers: Transfer[] = [];
  const source: Pick<NodeStreamsSource, 'transfer'> = { transfer: (transfer) => void transfers.push(transfer) };
  const report = reportProgress(source as NodeStreamsSource, 'a', 'in');
  /** How often that is reported. */
  const countOf = (no: number, bytes: number, of = total): number => {
    const before = transfers.length;
    report(no, bytes, of);
    return transfers.length - before;
  };
  return { countOf };
}

test('reports each step of a large message once, and its end', () => {
  const { countOf } = setUp();
  const at = [progressBytes - 1, progressBytes, 2 * progressBytes - 1, 2 * progressBytes, total - 1, total];
  expect(at.map((bytes) => countOf(1, bytes))).toEqual([0, 1, 0, 1, 0, 1]);
});

test('when a message is not large, reports nothing', () => {
  const { countOf } = setUp();
  expect([countOf(1, largeBytes, largeBytes), countOf(1, largeBytes + 1, largeBytes + 1)]).toEqual([0, 1]);
});

test('when more messages have begun than may be unfinished, forgets how far they were', () => {
  const { countOf } = setUp();
  for (let no = 1; no <= remembered; no += 1) countOf(no, progressBytes);
  expect(countOf(1, progressBytes)).toBe(0);
  countOf(remembered + 1, progressBytes);
  expect(countOf(1, progressBytes)).toBe(1);
});
