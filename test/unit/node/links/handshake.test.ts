import { expect, test } from 'vitest';
import { limits } from '../../../../src/limits.ts';
import { Handshake } from '../../../../src/node/links/handshake.ts';
import type { Frame } from '../../../../src/protocol/frame-types.ts';
import { readFrames } from '../../../../src/protocol/frames.ts';
import { createVirtualClock } from '../../../../src/testing/virtual-clock.ts';

const hello = {
  session: 'a'.repeat(16),
  stream: null,
  resumable: true,
  maxMessageBytes: 1_000,
  received: 0,
  handled: 0,
};

/** The handshake of a side whose hello has gone with its offer, that many milliseconds ago. */
async function offered(agoMs: number) {
  const clock = createVirtualClock();
  const sent: Frame[] = [];
  const events: string[] = [];
  const handshake = new Handshake({
    clock,
    writer: { write: (frame) => void sent.push(frame), flush: () => undefined },
    opened: () => void events.push('opened'),
    used: () => void events.push('used'),
  });
  const first = handshake.greetFirst(hello);
  await clock.advanceAsync(agoMs);
  return { handshake, first, sent, events };
}

test('when its hello goes with an offer, it opens when hello and ready have come, and says hello no more', async () => {
  const { handshake, first, sent, events } = await offered(limits.link.downMs);
  expect([...readFrames(first)]).toEqual([{ kind: 'hello', ...hello }]);
  expect(handshake.hasGreeted).toBe(true);
  handshake.receiveHello(hello);
  expect(events).toEqual([]);
  handshake.receiveReady();
  expect(sent).toEqual([{ kind: 'ready' }]);
  expect(events).toEqual(['opened']);
});

test('when the answer to its offer was on its way for longer than a link may be silent, it asks once more', async () => {
  const { handshake, sent, events } = await offered(limits.link.downMs + 1);
  handshake.receiveHello(hello);
  handshake.receiveReady();
  expect(sent).toEqual([{ kind: 'ready' }, { kind: 'ping', no: 0 }]);
  expect(events).toEqual([]);
});
