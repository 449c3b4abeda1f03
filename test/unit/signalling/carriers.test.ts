import { expect, test } from 'vitest';
import { Carriers } from '../../../src/adapters/signalling/session/carriers.ts';
import type { Wire } from '../../../src/adapters/signalling/session/wire.ts';
import { limits } from '../../../src/limits.ts';
import { formatCarried, streamGeneration } from '../../../src/protocol/carrier.ts';
import { codeOf } from '../../support/code-of.ts';

const { heldBytes, recordBytes, uncarriedBytes, underWayBytes } = limits.tls;

/** Carriers over a wire whose other end reads when it is told to. */
function setUp() {
  const drained: (() => void)[] = [];
  const happened: string[] = [];
  const sendBytes: Wire['sendBytes'] = (_, onDrained) => void drained.push(onDrained);
  const carriers = new Carriers({ sendBytes } as Wire, (call) => {
    try {
      call();
    } catch {
      happened.push('threw');
    }
  });
  const carry = (generation: number, left: () => void = () => void happened.push(`left ${generation}`)) =>
    carriers.carry(generation, {
      record: () => undefined,
      left,
      closed: () => void happened.push(`closed ${generation}`),
    });
  return {
    carriers,
    carry,
    happened,
    read(): void {
      for (const one of drained.splice(0)) one();
    },
    /** As many bytes, header included. */
    receive(generation: number, bytes: number): void {
      for (let left = bytes; left > 0; left -= recordBytes)
        carriers.receive(formatCarried({ generation, record: new Uint8Array(Math.min(left, recordBytes) - 8) }));
    },
  };
}

test.each([
  [1, heldBytes],
  [heldBytes, heldBytes],
  [heldBytes + 1, heldBytes + 1],
  [recordBytes, recordBytes],
])('while the other end does not read, a record of %d bytes counts for %d', (bytes, counts) => {
  const { carriers, carry, happened, read } = setUp();
  const carrier = carry(1);
  carrier.send(new Uint8Array(bytes));
  carrier.send(new Uint8Array(bytes));
  expect([carrier.bufferedAmount, carriers.frameBytes]).toEqual([2 * counts, 2 * (bytes + 8)]);
  read();
  expect([carrier.bufferedAmount, carriers.frameBytes, happened]).toEqual([0, 0, ['left 1', 'left 1']]);
});

test('links share what is buffered, and byte streams have their own', () => {
  const { carry, happened, read } = setUp();
  const [link, lingering, streams] = [carry(2), carry(1), carry(streamGeneration)];
  link.send(new Uint8Array(recordBytes));
  lingering.send(new Uint8Array(recordBytes));
  expect([link, lingering, streams].map(({ bufferedAmount }) => bufferedAmount)).toEqual([
    2 * recordBytes,
    2 * recordBytes,
    0,
  ]);
  lingering.close();
  read();
  expect(happened).toEqual(['left 2', 'left 2']);
  streams.send(new Uint8Array(recordBytes));
  expect([link.bufferedAmount, streams.bufferedAmount]).toEqual([0, recordBytes]);
  read();
  expect(happened.slice(2)).toEqual([`left ${streamGeneration}`]);
});

test('when a listener throws, tells the others all the same', () => {
  const { carry, happened, read } = setUp();
  carry(1, () => {
    throw new Error('a listener that throws');
  });
  carry(2).send(Uint8Array.of(1));
  read();
  expect(happened).toEqual(['threw', 'left 2']);
});

test.each([streamGeneration, 5])('with more than the cap for what nothing carries, throws: generation %d', (of) => {
  const { receive } = setUp();
  receive(of, uncarriedBytes);
  expect(codeOf(() => receive(of, 9))).toBe('ERR_PROTOCOL');
});

test('what is carried does not count', () => {
  const { carry, receive } = setUp();
  for (const generation of [streamGeneration, 5]) carry(generation);
  for (const generation of [streamGeneration, 5]) receive(generation, 2 * uncarriedBytes);
  receive(6, uncarriedBytes);
});

test('of a link that was closed here, more is taken until a ping that followed is answered', () => {
  const { carriers, carry, receive } = setUp();
  carriers.pinged();
  carry(5).close();
  receive(5, 2 * uncarriedBytes);
  // Of the ping before: what comes now may have been sent before the close was read.
  carriers.answered();
  receive(5, 2 * uncarriedBytes);
  carriers.pinged();
  carriers.answered();
  receive(5, uncarriedBytes);
  carriers.pinged();
  carriers.answered();
  expect(codeOf(() => receive(5, 9))).toBe('ERR_PROTOCOL');
});

test('of a link that was closed here, no more is taken than may be under way', () => {
  const { carry, receive } = setUp();
  carry(5).close();
  receive(5, underWayBytes);
  expect(codeOf(() => receive(5, 9))).toBe('ERR_PROTOCOL');
});

test('of byte streams that were left here, no more is taken than of others', () => {
  const { carry, receive } = setUp();
  carry(streamGeneration).close();
  receive(streamGeneration, uncarriedBytes);
  expect(codeOf(() => receive(streamGeneration, 9))).toBe('ERR_PROTOCOL');
});
