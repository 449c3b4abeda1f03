import { expect, test } from 'vitest';
import { createEventLoopBudget } from '../../../src/adapters/signalling/web-socket/event-loop-budget.ts';
import { webSocketWire } from '../../../src/adapters/signalling/web-socket/web-socket-wire.ts';
import { limits } from '../../../src/limits.ts';
import { createVirtualClock } from '../../../src/testing/virtual-clock.ts';
import { webSocketPair } from '../../support/web-socket-pair.ts';

const { maxFragments, maxPayload, turnMs } = limits.webSocket;

/** A wire, and what it tells its listener: bytes by their length, one after the other. */
async function makeWire() {
  const { near, far } = await webSocketPair();
  const clock = createVirtualClock();
  const turns: (() => void)[] = [];
  const wire = webSocketWire(
    near,
    createEventLoopBudget(clock, (next) => turns.push(next)),
  );
  const told: (number | 'invalid' | 'closed')[] = [];
  let notify = (): void => undefined;
  const tell = (what: (typeof told)[number]): void => {
    told.push(what);
    notify();
  };
  wire.listen({
    text: (text) => tell(text.length),
    bytes: (bytes) => tell(bytes.byteLength),
    invalid: () => tell('invalid'),
    ping: () => undefined,
    pong: () => undefined,
    closed: () => tell('closed'),
  });
  return {
    near,
    far,
    clock,
    told,
    /** The first so many things that were told, when they were. */
    async untilTold(count: number): Promise<typeof told> {
      while (told.length < count)
        await new Promise<void>((resolve) => {
          notify = resolve;
        });
      return told.slice(0, count);
    },
    /** The event loop has come round. */
    nextTurn(): void {
      for (const next of turns.splice(0)) next();
    },
  };
}

test('takes a message of the largest size, and ends at one that is larger', async () => {
  const { far, untilTold } = await makeWire();
  far.send(new Uint8Array(maxPayload));
  far.send(new Uint8Array(maxPayload + 1));
  expect(await untilTold(2)).toEqual([maxPayload, 'invalid']);
  expect((await untilTold(3)).at(-1)).toBe('closed');
});

test('takes a message of as many fragments as it may have, and ends at one of more', async () => {
  const { far, untilTold } = await makeWire();
  const send = (count: number): void => {
    for (let no = 1; no <= count; no += 1) far.send('x', { fin: no === count });
  };
  send(maxFragments);
  send(maxFragments + 1);
  expect(await untilTold(2)).toEqual([maxFragments, 'invalid']);
  expect((await untilTold(3)).at(-1)).toBe('closed');
});

test('when messages take the time of a turn, pauses its socket, and resumes it in the next turn', async () => {
  const { near, far, clock, untilTold, nextTurn } = await makeWire();
  far.send('first');
  await untilTold(1);
  expect(near.isPaused).toBe(false);
  clock.advance(turnMs);
  far.send('second');
  await untilTold(2);
  expect(near.isPaused).toBe(true);
  nextTurn();
  expect(near.isPaused).toBe(false);
  far.send('third');
  await untilTold(3);
  expect(near.isPaused).toBe(false);
});
