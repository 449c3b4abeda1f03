import { expect, test } from 'vitest';
import { describeEvent, isToldTwice } from '../../../src/cli/text-format.ts';
import { limits } from '../../../src/limits.ts';

test('names from other machines cannot write to the terminal', () => {
  const line = describeEvent(
    { event: 'device', change: 'found', name: '\u001b[2Jevil\u0007', id: 'a'.repeat(52) },
    new Date(),
  );
  expect(line).toContain('\\u{1b}[2Jevil\\u{7}');
  expect(line).toContain('aaaaaaaa');
});

test('a connection is told in words', () => {
  const event = { event: 'connection', id: 'b'.repeat(52), state: 'failed', reason: 'gone', code: 'ERR_REFUSED' };
  expect(describeEvent(event, new Date())).toMatch(
    /bbbbbbbb failed: the process at the other end is gone \(ERR_REFUSED\)$/,
  );
});

test('a connection says what carries it, over TLS first and over WebRTC later', () => {
  const event = { event: 'connection', id: 'b'.repeat(52), state: 'connected' };
  expect(
    [
      { ...event, previous: 'connecting', via: 'tls', reason: 'opened' },
      { ...event, previous: 'connected', via: 'webrtc', reason: 'upgraded' },
    ].map((one) => describeEvent(one, new Date()).slice(10)),
  ).toEqual([
    'bbbbbbbb connected over tls: both sides proved over the link that they hear each other',
    'bbbbbbbb connected over webrtc: a link over the preferred transport took over',
  ]);
});

test('a device is told by its name, as far as that is known', () => {
  const id = 'b'.repeat(52);
  const names = new Map([[id, 'desk\u001b[2J']]);
  const tell = (event: object): string => describeEvent({ ...event }, new Date(), (of) => names.get(of)).slice(10);
  expect(tell({ event: 'connection', id, state: 'connected', via: 'tls', reason: 'opened' })).toMatch(
    /^desk\\u\{1b\}\[2J \(bbbbbbbb\) connected over tls: /,
  );
  expect(tell({ event: 'message', from: id, type: 'hello', data: 1 })).toMatch(/\(bbbbbbbb\) says hello: 1$/);
  expect(tell({ event: 'session', id, change: 'opened' })).toMatch(/\(bbbbbbbb\) session opened$/);
  expect(tell({ event: 'session', id: 'c'.repeat(52), change: 'opened' })).toBe('cccccccc session opened');
});

test('a text for a person is told with who sent it, and its lines', () => {
  const event = { event: 'text', from: 'b'.repeat(52), name: 'desk\u0007', text: 'a\nb\u001b[2J' };
  expect(describeEvent(event, new Date()).slice(10)).toBe('desk\\u{7} (bbbbbbbb) writes: a\nb\\u{1b}[2J');
});

test('what others say cannot write to the terminal either, and bytes are told as bytes', () => {
  const data = { text: 'a\u009b2Jb\u202ec\u007f', bytes: new Uint8Array([0, 1, 2]), name: 'Zoë 漢字 🙂' };
  const line = describeEvent({ event: 'message', from: 'c'.repeat(52), type: 'hello', data }, new Date());
  expect(line).toContain('cccccccc says hello: {"text":"a\\u{9b}2Jb\\u{202e}c\\u{7f}"');
  expect(line).toContain('{"$bytes":"AAEC"}');
  expect(line).toContain('Zoë 漢字 🙂');
});

test('of much data the beginning is shown', () => {
  const show = (data: unknown): string =>
    describeEvent({ event: 'message', from: 'c'.repeat(52), type: 'large', data }, new Date());
  for (const data of [new Uint8Array(1_000_000), 'x'.repeat(1_000_000), Array.from({ length: 500_000 }, () => 'x')]) {
    const line = show(data);
    expect(line.length).toBeLessThan(limits.cli.shownChars + 100);
    expect(line).toMatch(/…$/);
  }
  expect(show('x'.repeat(limits.cli.shownChars - 2))).toMatch(/x"$/);
});

test('a notice says what stands, and when it is over; what is told as an error as well is read once', () => {
  const notice = { event: 'notice', change: 'begun', code: 'ERR_ALONE', message: 'nobody\u001b[31m' };
  expect(describeEvent(notice, new Date())).toMatch(/ {2}ERR_ALONE: nobody\P{C}*$/u);
  expect(describeEvent({ ...notice, change: 'ended' }, new Date())).toMatch(/ {2}ERR_ALONE is over$/);
  const fault = { ...notice, code: 'ERR_DISCOVERY' };
  expect([notice, fault, { ...fault, change: 'ended' }].map(isToldTwice)).toEqual([false, true, false]);
});

test('a stream that a peer opened is told in words, and its end', () => {
  const event = { event: 'stream', from: 'b'.repeat(52), type: 'file', path: '/in/\u001b[2J' };
  expect(
    [
      { ...event, change: 'opened', data: null },
      { ...event, change: 'ended', ok: true, bytes: 12 },
      { ...event, change: 'ended', ok: false, code: 'ERR_STREAM_LOST', message: 'lost', bytes: 3 },
    ].map((one) => describeEvent(one, new Date()).slice(10)),
  ).toEqual([
    'bbbbbbbb opened a stream of type file: /in/\\u{1b}[2J',
    '/in/\\u{1b}[2J is complete: 12 bytes from bbbbbbbb',
    '/in/\\u{1b}[2J was not received from bbbbbbbb: ERR_STREAM_LOST: lost',
  ]);
});
