import { expect, test } from 'vitest';
import { createCarriedLinks } from '../../../src/adapters/signalling/session/carried-links.ts';
import type { Wire } from '../../../src/adapters/signalling/session/wire.ts';
import { limits } from '../../../src/limits.ts';

const { heldBytes, recordBytes } = limits.tls;

/** A carrier over a wire whose other end reads when it is told to. */
function setUp() {
  const drained: (() => void)[] = [];
  let left = 0;
  const sendBytes: Wire['sendBytes'] = (_, onDrained) => void drained.push(onDrained);
  const carrier = createCarriedLinks({ sendBytes } as Wire).carry(1, {
    record: () => undefined,
    left: () => {
      left += 1;
    },
    closed: () => undefined,
  });
  return {
    carrier,
    read(): number {
      for (const one of drained.splice(0)) one();
      return left;
    },
  };
}

test.each([
  [1, heldBytes],
  [heldBytes, heldBytes],
  [heldBytes + 1, heldBytes + 1],
  [recordBytes, recordBytes],
])('while the other end does not read, a record of %d bytes counts for %d', (bytes, counts) => {
  const { carrier, read } = setUp();
  carrier.send(new Uint8Array(bytes));
  carrier.send(new Uint8Array(bytes));
  expect(carrier.bufferedAmount).toBe(2 * counts);
  expect(read()).toBe(2);
  expect(carrier.bufferedAmount).toBe(0);
});
