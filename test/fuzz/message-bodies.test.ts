import { expect, test } from 'vitest';
import type { BodyFrame, Frame } from '../../src/protocol/frame-types.ts';
import { readFrames } from '../../src/protocol/frames.ts';
import { recordOf } from '../support/frames.ts';
import { fuzz, outcomeOf } from './support/fuzz.ts';
import { LaneSteps } from './support/lane-steps.ts';
import { Lanes, otherStream } from './support/lanes.ts';

const begin = (lane: number, offset: number, total: number, length: number): BodyFrame => ({
  kind: 'bodyBegin',
  lane,
  offset,
  of: lane === 0 ? 'message' : lane < 9 ? 'request' : 'volatile',
  total,
  bytes: new Uint8Array(length),
});
const more = (lane: number, offset: number, length: number): BodyFrame => ({
  kind: 'bodyMore',
  lane,
  offset,
  bytes: new Uint8Array(length),
});
const credit = (lane: number, received: number, limit: number, rewind = false): BodyFrame => ({
  kind: 'bodyCredit',
  lane,
  received,
  limit,
  rewind,
});
const whole: Frame = { kind: 'whole', of: 'message', payload: Uint8Array.of(1) };
const reference: Frame = { kind: 'reference' };
const conversations: readonly (readonly Frame[])[] = [
  [reference, begin(0, 0, 30, 10), whole, more(0, 10, 20), { kind: 'ack', received: 1, handled: 1 }],
  [begin(0, 0, 4, 4), begin(0, 4, 3, 3), reference, whole, reference],
  [begin(1, 0, 60, 20), begin(2, 0, 9, 9), more(1, 20, 40), begin(1, 60, 5, 5)],
  [begin(9, 0, 60, 20), begin(9, 90, 30, 10), more(9, 100, 20), begin(16, 7, 20_000, 1)],
  [credit(0, 100, 5_000), credit(1, 0, 9, true), credit(1, 50, 90_000), { kind: 'attached', carrier: 1 }],
  [{ kind: 'attach', carrier: 2, own: otherStream, other: otherStream }, reference, begin(0, 0, 70_000, 1)],
];

/** Whatever came of it: nothing is held for it any more. */
function ended(lanes: Lanes, outcome: string): string {
  lanes.end();
  expect([lanes.expected, lanes.held, lanes.waiting]).toEqual([0, 0, 0]);
  return outcome;
}

test('a conversation about messages that do not fit into a record', () =>
  fuzz({
    name: 'message-bodies',
    samples: conversations.map((frames) => recordOf(...frames)),
    words: [
      Uint8Array.of(0x8a),
      Uint8Array.of(0x8b),
      Uint8Array.of(0x8c),
      Uint8Array.of(0x20),
      Uint8Array.of(0x10, 1, 1),
    ],
    mostBytes: 4_096,
    weight: 4_096,
    run(input) {
      const lanes = new Lanes();
      const outcome = outcomeOf(
        ['ERR_PROTOCOL', 'ERR_BUSY', 'ERR_VERSION'],
        () => {
          for (const frame of readFrames(input)) lanes.receive(frame);
        },
        () => lanes.describe(),
      );
      return ended(lanes, outcome);
    },
  }));

test('steps of a sender of such messages, most of which it may make', () =>
  fuzz({
    name: 'message-lanes',
    samples: LaneSteps.samples,
    mostBytes: 600,
    weight: 65_536,
    run(input) {
      const steps = new LaneSteps();
      const outcome = outcomeOf(
        ['ERR_PROTOCOL', 'ERR_BUSY'],
        () => steps.make(input),
        () => steps.lanes.describe(),
      );
      // What nobody refused is there in the order in which it was sent.
      steps.check();
      return ended(steps.lanes, outcome);
    },
  }));
