import { expect, test } from 'vitest';
import type { Transfer } from '../../../../src/api/messages.ts';
import { limits } from '../../../../src/limits.ts';
import { reportProgress } from '../../../../src/node/delivery/transfers.ts';
import type { NodeStreamsSource } from '../../../../src/streams/node-streams.ts';

const { largeBytes, progressBytes, partials } = limits.messages;
const total = 3 * progressBytes;

function setUp() {
  const told: Transfer[] = [];
  const source: Pick<NodeStreamsSource, 'transfer'> = { transfer: (transfer) => void told.push(transfer) };
  const report = reportProgress(source as NodeStreamsSource, 'a', 'in');
  /** How often that is told. */
  const countOf = (no: number, bytes: number, of = total): number => {
    const before = told.length;
    report(no, bytes, of);
    return told.length - before;
  };
  return { countOf };
}

test('tells each step of a large message once, and its end', () => {
  const { countOf } = setUp();
  const at = [progressBytes - 1, progressBytes, 2 * progressBytes - 1, 2 * progressBytes, total - 1, total];
  expect(at.map((bytes) => countOf(1, bytes))).toEqual([0, 1, 0, 1, 0, 1]);
});

test('tells nothing of a message that is not large', () => {
  const { countOf } = setUp();
  expect([countOf(1, largeBytes, largeBytes), countOf(1, largeBytes + 1, largeBytes + 1)]).toEqual([0, 1]);
});

test('when more messages have begun than may be unfinished, forgets how far they were', () => {
  const { countOf } = setUp();
  for (let no = 1; no <= partials; no += 1) countOf(no, progressBytes);
  expect(countOf(1, progressBytes)).toBe(0);
  countOf(partials + 1, progressBytes);
  expect(countOf(1, progressBytes)).toBe(1);
});
