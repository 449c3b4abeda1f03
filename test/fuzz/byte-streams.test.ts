import { expect, test } from 'vitest';
import { limits } from '../../src/limits.ts';
import { type CreditPool, createCreditPool } from '../../src/protocol/byte-stream/credit-pool.ts';
import type { StreamFrame } from '../../src/protocol/byte-stream/frame-types.ts';
import { isStreamFrame } from '../../src/protocol/byte-stream/frames.ts';
import { readFrames } from '../../src/protocol/frames.ts';
import { StreamSide, sideA, sideB } from '../support/byte-stream-pair.ts';
import { recordOf } from '../support/frames.ts';
import { fuzz, outcomeOf } from './support/fuzz.ts';

const poolBytes = 1_000_000;
const reason = { kind: 'aborted', code: 'E', text: 'enough' } as const;
const open: StreamFrame = { kind: 'open', stream: 0, type: 'file', data: Uint8Array.of(0xf6) };
const data = (offset: number, length: number, last = false): StreamFrame => ({
  kind: 'data',
  stream: 0,
  offset,
  last,
  bytes: new Uint8Array(length),
});
const credit: StreamFrame = { kind: 'credit', stream: 1, received: 0, read: 0, limit: 1_000 };
const conversations: readonly (readonly StreamFrame[])[] = [
  [open, data(0, 10), data(10, 5, true), { kind: 'done', stream: 1 }],
  [credit, { kind: 'stop', stream: 1, reason }, { kind: 'done', stream: 1 }],
  [open, { kind: 'credit', stream: 0, received: 0, read: 0, limit: 9 }, { kind: 'reset', stream: 0, reason }],
  [open, { ...open, stream: 2 }, { kind: 'attach', carrier: 2, own: sideB, other: sideA }, data(0, 3)],
  [credit, { kind: 'attached', carrier: 1 }, { kind: 'credit', stream: 1, received: 100, read: 50, limit: 2_000 }],
];

/** A side with a stream of its own that has written, and a pool that a conversation has to leave whole. */
function converse(input: Uint8Array): { readonly side: StreamSide; readonly pools: readonly CreditPool[] } {
  const pools = [createCreditPool(poolBytes), createCreditPool(poolBytes)] as const;
  const side = new StreamSide(sideA, sideB, ...pools);
  side.attach();
  side.streams.receive({ kind: 'attach', carrier: 1, own: sideB, other: sideA });
  side.open().stream.outgoing.write(new Uint8Array(100));
  while (side.pull());
  for (const frame of readFrames(input)) {
    if (isStreamFrame(frame)) side.streams.receive(frame);
    side.pull();
  }
  return { side, pools };
}

test('a conversation about byte streams', () =>
  fuzz({
    name: 'byte-streams',
    samples: conversations.map((frames) => recordOf(...frames)),
    words: [Uint8Array.of(0x84, 2, 0), Uint8Array.of(0x88, 1, 1), Uint8Array.of(0x82), Uint8Array.of(0x85, 2, 0)],
    mostBytes: 4_096,
    weight: 4_096,
    run: (input) =>
      outcomeOf(
        ['ERR_PROTOCOL', 'ERR_VERSION'],
        () => converse(input),
        ({ side, pools }) => {
          let records = 0;
          while (side.pull()) {
            records += 1;
            expect(records).toBeLessThan(1_000);
          }
          for (const end of side.opened) end.readAll();
          const states = [...side.streams.streams()].map(
            ({ outgoing, incoming }) =>
              `${outgoing.isDone} ${incoming.isAtEnd} ${Math.ceil(Math.log2(1 + incoming.read))}`,
          );
          expect(states.length).toBeLessThanOrEqual(1 + limits.streams.remote);
          side.streams.end();
          for (const pool of pools) expect(pool.take(Number.MAX_SAFE_INTEGER)).toBe(poolBytes);
          return `${states.length} ${states.slice(0, 3).join()}`;
        },
      ),
  }));
