import type { Mutation } from './mutation.ts';

const body = (name: string, file: string, from: string, to: string): Mutation => ({
  name,
  file: `src/protocol/message-bodies/${file}.ts`,
  from,
  to,
});

/** The simulation notices each of these, or the test that is named. */
export const largeMessages: readonly Mutation[] = [
  body(
    'the bytes of a message go ahead of its reference',
    '../message-session/send-stream',
    'const job = new Job(message, this.#count, this);',
    "const job = new Job(message, this.#count, this);\n    if (job.isLarge && job.of === 'message') this.bodies.push(job);",
  ),
  body(
    'a lane does not go on where it was over a new carrier',
    'outgoing-lane',
    'this.#isHeld = false;\n    this.#next = this.#base;',
    'this.#isHeld = false;',
  ),
  body(
    'a new carrier is not told what came of large messages',
    'incoming-bodies',
    'for (const lane of this.#lanes.values()) lane.announce();',
    '',
  ),
  body(
    'bytes of a message that came twice are taken twice',
    'incoming-lane',
    'this.#take(bytes.subarray(this.#received - offset));',
    'this.#take(bytes);',
  ),
  body(
    'no credit is given for large messages',
    'incoming-lane',
    'this.#limit = wanted;\n    this.#say();',
    'this.#say();',
  ),
  body(
    'a volatile message is sent on over the next link',
    'outgoing-bodies',
    'for (const no of this.#numbers) this.#lanes.get(no)?.giveUp();',
    '',
  ),
  body(
    'what is behind a large message does not wait for it',
    '../../node/delivery/arrival-order',
    'if (this.size === 0) this.#deps.deliver(payload, handled);',
    'if (this.size >= 0) this.#deps.deliver(payload, handled);',
  ),
  {
    name: 'messages whose references do not come are kept without end',
    file: 'src/protocol/message-session/references.ts',
    from: 'if (this.#early.size >= limits.messages.inbound) {',
    to: 'if (this.#early.size < 0) {',
    test: 'test/unit/protocol/message-session/receive-stream-faults.test.ts',
  },
  {
    name: 'what waits for a large message is kept without end',
    file: 'src/node/delivery/arrival-order.ts',
    from: 'if (this.size >= inbound || this.#bytes + bytes > aheadBytes)',
    to: 'if (this.size < 0)',
    test: 'test/unit/node/delivery/arrival-order.test.ts',
  },
];
