import { once } from 'node:events';
import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import { createInput } from '../../../src/cli/input.ts';
import { limits } from '../../../src/limits.ts';

function setUp(room: () => Promise<void> | undefined = () => undefined) {
  const stream = new PassThrough();
  const taken: string[] = [];
  const finish: (() => void)[] = [];
  const input = createInput(stream, {
    take: (line) => {
      taken.push(line);
      return new Promise((resolve) => finish.push(resolve));
    },
    tooLong: () => taken.push('too long'),
    room,
  });
  return { stream, taken, finish, input };
}

test('lines are taken, also while others are under way', async () => {
  const { stream, taken, finish, input } = setUp();
  stream.write('one\ntwo\nthr');
  stream.end('ee\n');
  await once(stream, 'end');
  expect(taken).toEqual(['one', 'two', 'three']);
  let settled = false;
  const all = input.settled().then(() => {
    settled = true;
  });
  finish[0]?.();
  finish[1]?.();
  await Promise.resolve();
  expect(settled).toBe(false);
  finish[2]?.();
  await all;
});

test('standard input is not read while too many lines wait for their outcome', async () => {
  const { stream, taken, finish } = setUp();
  const line = `${'x'.repeat(limits.cli.pendingBytes / 4)}\n`;
  const paused = once(stream, 'pause');
  for (let n = 0; n < 8; n += 1) stream.write(line);
  await paused;
  expect(taken).toHaveLength(4);
  expect(stream.isPaused()).toBe(true);
  const pausedAgain = once(stream, 'pause');
  finish[0]?.();
  await pausedAgain;
  expect(taken).toHaveLength(5);
});

test('standard input is not read while the answers wait unread', async () => {
  let caughtUp: () => void = () => undefined;
  let room: Promise<void> | undefined = new Promise((resolve) => {
    caughtUp = resolve;
  });
  const { stream, taken } = setUp(() => room);
  const paused = once(stream, 'pause');
  stream.write('first\n');
  await paused;
  stream.write('second\n');
  expect(taken).toEqual(['first']);
  room = undefined;
  const data = once(stream, 'data');
  caughtUp();
  await data;
  expect(taken).toEqual(['first', 'second']);
});

test('a standard input that breaks is one that ended', async () => {
  const { stream, input } = setUp();
  const closed = new Promise((resolve) => stream.once('close', resolve));
  stream.destroy(new Error('broken'));
  await closed;
  await input.settled();
});

test('the last line needs no end, and the end is told when it has been taken', async () => {
  const stream = new PassThrough();
  const seen: string[] = [];
  createInput(stream, {
    take: async (line) => void seen.push(line),
    tooLong: () => undefined,
    room: () => undefined,
    ended: () => seen.push('ended'),
  });
  stream.end('one\ntw');
  await once(stream, 'end');
  expect(seen).toEqual(['one', 'tw', 'ended']);
});

test.each(['broken', 'ended by us'])('a standard input that is %s has an end of its own', async (how) => {
  const stream = new PassThrough();
  let ended = 0;
  const input = createInput(stream, {
    take: () => Promise.resolve(),
    tooLong: () => undefined,
    room: () => undefined,
    ended: () => {
      ended += 1;
    },
  });
  const closed = once(stream, 'close').catch(() => undefined);
  if (how === 'broken') stream.destroy(new Error('broken'));
  else input.end();
  await closed;
  expect(ended).toBe(how === 'broken' ? 1 : 0);
});
