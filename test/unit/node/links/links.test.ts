import { expect, test } from 'vitest';
import { createActor } from 'xstate';
import type { LinkOptions, Transport } from '../../../../src/adapters/transport/port.ts';
import { limits } from '../../../../src/limits.ts';
import { Links } from '../../../../src/node/links/links.ts';
import { createNodeCounters } from '../../../../src/node/monitoring/node-counters.ts';
import { writeControl } from '../../../../src/protocol/frames.ts';
import { createRecordBuffer } from '../../../../src/protocol/record-buffer.ts';
import type { Via } from '../../../../src/protocol/via.ts';
import { createVirtualClock } from '../../../../src/testing/virtual-clock.ts';

const hello = {
  session: 'a'.repeat(16),
  stream: null,
  resumable: true,
  maxMessageBytes: 1_000,
  received: 0,
  handled: 0,
};

function rig() {
  const clock = createVirtualClock();
  const held = new Set<number>();
  const listeners: LinkOptions['listener'][] = [];
  let opened = 0;
  const transport = (via: Via): Transport => ({
    via,
    authenticated: true,
    recordBytes: 16_384,
    highWater: 65_536,
    open({ listener }) {
      opened += 1;
      const no = opened;
      held.add(no);
      listeners.push(listener);
      return {
        signal: () => undefined,
        send: () => undefined,
        bufferedAmount: 0,
        close() {
          held.delete(no);
          return Promise.resolve();
        },
      };
    },
  });
  const session = { remoteAddress: '192.0.2.1', greeting: { incarnation: {}, features: [] }, carry: () => undefined };
  const counters = createNodeCounters();
  const links = new Links({
    ownId: () => 'b',
    transports: new Map([transport('tls'), transport('webrtc')].map((one) => [one.via, one])),
    sessions: {
      negotiate: () => ({ session, send: () => undefined, listen: () => undefined, end: () => undefined }),
      tellLost: () => undefined,
    },
    turns: { opened: () => undefined },
    hello: () => hello,
    peerCounters: () => counters,
    measured: () => undefined,
    clock,
    counters,
    trace: { tell: () => undefined },
  } as never);
  const start = (no: number, via: Via) => {
    const input = { peerId: 'a', no, generation: no, signalling: 's', role: 'answerer', via, paced: false } as const;
    return createActor(links.actor, { clock, input }).start();
  };
  /** The other side opens that link, and does not use it. */
  const openUp = (no: number): void => {
    const record = createRecordBuffer(16_384);
    writeControl(record, { kind: 'hello', ...hello });
    writeControl(record, { kind: 'ready' });
    listeners[no - 1]?.open();
    listeners[no - 1]?.record(record.view());
  };
  return { clock, held, links, start, openUp };
}

test('a link that never opened is closed at once, however many are offered behind one that is open', () => {
  const { held, links, start, openUp } = rig();
  start(1, 'tls');
  openUp(1);
  expect(links.get('a', 1)?.opened).toBe(true);
  for (let no = 2; no < 200; no += 1) start(no, 'webrtc').stop();
  expect([...held]).toEqual([1]);
});

test('of links that were replaced, and that the other side may still use, only a few are kept', () => {
  const { clock, held, start, openUp } = rig();
  let last = start(1, 'tls');
  openUp(1);
  for (let no = 2; no < 50; no += 1) {
    const next = start(no, 'tls');
    openUp(no);
    last.stop();
    last = next;
  }
  expect([...held]).toEqual([47, 48, 49]);
  expect(held.size).toBe(limits.link.lingering + 1);
  clock.advance(limits.link.lingerMs);
  expect([...held]).toEqual([49]);
});
