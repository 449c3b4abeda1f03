import type { Mutation } from './mutation.ts';

const conversations = 'test/property/byte-streams.test.ts';
const streams = 'test/unit/protocol/byte-stream/byte-streams.test.ts';
const lostCarriers = 'test/unit/protocol/byte-stream/lost-carriers.test.ts';

const protocol = (name: string, file: string, from: string, to: string, test = conversations): Mutation => ({
  name,
  file: `src/protocol/byte-stream/${file}.ts`,
  from,
  to,
  test,
});

const node = (name: string, file: string, from: string, to: string, test?: string): Mutation => ({
  name,
  file: `src/node/byte-streams/${file}.ts`,
  from,
  to,
  ...(test !== undefined && { test: `test/unit/node/byte-streams/${test}.test.ts` }),
});

/** Byte streams: where no test is named, the simulation notices. */
export const byteStreams: readonly Mutation[] = [
  protocol('bytes that a carrier lost are not sent again', 'outgoing', '    this.#next = this.#buffer.base;\n', ''),
  protocol(
    'bytes go over a new carrier before the other side has said where to go on',
    'outgoing',
    '  hold(): void {\n    this.#isHeld = true;',
    '  hold(): void {',
  ),
  protocol('a reset is said over one carrier only', 'outgoing', '    this.#resetSent = false;\n', '', lostCarriers),
  protocol('what came before comes again', 'incoming', 'bytes.subarray(before - offset)', 'bytes'),
  protocol(
    'credit is not said again over a new carrier',
    'incoming',
    'this.#due.credit = !this.#isThrough && this.#limit > 0;',
    'this.#due.credit = false;',
  ),
  protocol(
    'that a direction is over is not said again over a new carrier',
    'incoming',
    '    this.#due.done = this.#isThrough;\n',
    '',
  ),
  protocol(
    'streams that are over here are not answered',
    'byte-streams',
    "if (kind !== 'data' && kind !== 'reset') return;",
    'return;',
    streams,
  ),
  protocol(
    'an opening is said over one carrier only',
    'byte-stream',
    'this.#isOpenDue = isOwn(this.number) && !this.#isAccepted;',
    '',
    lostCarriers,
  ),
  protocol(
    'the window of a stream that has ended is not given back',
    'credit-pool',
    '      left += bytes;\n',
    '',
    streams,
  ),
  protocol(
    'streams do not take turns',
    'stream-turns',
    '        this.#turns.shift();\n        this.#turns.push(turn);\n',
    '',
    streams,
  ),
  protocol(
    'a part that shares its memory is taken over',
    'receive-buffer',
    ' && byteOffset + byteLength === buffer.byteLength',
    '',
    'test/unit/protocol/byte-stream/receive-buffer.test.ts',
  ),
  node(
    'frames of another pair of sessions are read',
    'stream-sources',
    'attach.own !== this.#pair?.other || ',
    '',
    'stream-sources',
  ),
  node(
    'a writable is closed before all was read',
    'writable-side',
    'if (this.#isOver) return Promise',
    'return Promise',
  ),
  node('streams do not move to another carrier', 'peer-streams', 'if (this.#current === carrier) this.#renew();', ''),
  node('streams outlive their sessions', 'peer-streams', '    streams?.end();\n', ''),
];
