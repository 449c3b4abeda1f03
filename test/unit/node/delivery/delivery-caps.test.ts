import { expect, test } from 'vitest';
import { limits } from '../../../../src/limits.ts';
import { Acknowledgements } from '../../../../src/node/delivery/acknowledgements.ts';
import { DataDecoder, type Undecoded } from '../../../../src/node/delivery/data-decoder.ts';
import { createVirtualClock } from '../../../../src/testing/virtual-clock.ts';

const { ackEvery, ackMs, decodedBytes, itemsAtOnce } = limits.messages;

/** Data of so many values and bytes, which is decoded in one part after another. */
function undecoded({ held = 1, items = 1 }: { readonly held?: number; readonly items?: number }) {
  let left = items;
  const decoder = {
    value: 'decoded',
    run(most: number): boolean {
      left -= most;
      return left <= 0;
    },
  };
  return { held, items, decoder: () => decoder } as unknown as Undecoded;
}

test('when a peer has as much data decoded as it may, its next data waits', async () => {
  const decoder = new DataDecoder();
  const large = undecoded({ held: decodedBytes });
  const first = decoder.decode(large, 'peer');
  expect(first).not.toBeInstanceOf(Promise);
  const second = decoder.decode(large, 'peer');
  expect(second).toBeInstanceOf(Promise);
  const { release } = await first;
  release();
  expect((await second).data).toBe('decoded');
});

test('when data has more values than are decoded at once, other work gets a turn before it is there', async () => {
  const decoder = new DataDecoder();
  expect(decoder.decode(undecoded({ items: itemsAtOnce }), 'peer')).not.toBeInstanceOf(Promise);
  let turns = 0;
  const count = setImmediate(() => {
    turns += 1;
  });
  await decoder.decode(undecoded({ items: itemsAtOnce + 1 }), 'peer');
  clearImmediate(count);
  expect(turns).toBe(1);
});

function setUpAcknowledgements() {
  const clock = createVirtualClock();
  const wakes: number[] = [];
  const session = { pendingAcknowledgements: 0, acknowledge: () => undefined };
  const channel = { wake: () => void wakes.push(clock.monotonic()) };
  const acknowledgements = new Acknowledgements({ clock, session, state: { channel } as never });
  return {
    clock,
    wakes,
    /** A record took them. */
    written(): void {
      session.pendingAcknowledgements = 0;
    },
    receive(count: number): void {
      session.pendingAcknowledgements += count;
      acknowledgements.schedule();
    },
  };
}

test('when few acknowledgements are pending, writes them after a while', () => {
  const { clock, wakes, receive } = setUpAcknowledgements();
  receive(1);
  receive(ackEvery - 2);
  expect(wakes).toEqual([]);
  clock.advance(ackMs);
  expect(wakes).toEqual([ackMs]);
});

test('when many acknowledgements are pending, writes them at once', () => {
  const { wakes, receive } = setUpAcknowledgements();
  receive(ackEvery);
  expect(wakes).toEqual([0]);
});

test('when more become pending before they are written, wakes the channel once', () => {
  const { wakes, receive, written } = setUpAcknowledgements();
  receive(ackEvery);
  receive(1);
  receive(ackEvery);
  expect(wakes).toEqual([0]);
  written();
  receive(ackEvery - 1);
  expect(wakes).toEqual([0]);
  receive(1);
  expect(wakes).toEqual([0, 0]);
});
