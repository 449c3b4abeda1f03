import { expect, test } from 'vitest';
import { LanpeerError } from '../../../src/errors.ts';
import { limits } from '../../../src/limits.ts';
import { formatCarried } from '../../../src/protocol/carrier.ts';
import { formatSignal } from '../../../src/protocol/signal.ts';
import { createSessionRig } from '../../support/signalling-session.ts';

const { early, burst, messagesPerSecond, messageBytes, earlySessionBytes } = limits.signalling;

test('as many messages as may come early are kept, one more is too many', () => {
  const { wire, happened, attach, receive } = createSessionRig();
  for (let no = 1; no <= early; no += 1) receive(no);
  expect(happened).toEqual([]);
  receive(early + 1);
  expect([happened, wire.ending]).toEqual([['over'], 'terminate']);
  attach();
  expect(happened.at(-1)).toBe('ended: ERR_PROTOCOL');
});

test('a burst passes, one message more ends it', () => {
  const { clock, wire, happened, attach, receive } = createSessionRig();
  attach();
  for (let no = 1; no <= burst; no += 1) receive(no);
  expect([happened.length, wire.ending]).toEqual([burst, undefined]);
  receive(burst + 1);
  expect(happened.slice(burst)).toEqual(['over', 'ended: ERR_PROTOCOL']);
  expect([wire.ending, clock.pending]).toEqual(['terminate', 0]);
});

test('binary frames of links have no rate; those of a channel that this version does not know are ignored, within it', () => {
  const { clock, wire, session, happened, attach } = createSessionRig();
  attach();
  const records: number[][] = [];
  session.carry(7, {
    record: (record) => void records.push([...record]),
    left: () => undefined,
    closed: () => undefined,
  });
  const ofLink = formatCarried({ generation: 7, record: Uint8Array.of(9) });
  for (let no = 0; no < 2 * burst; no += 1) wire.listener.bytes(ofLink);
  expect([records.length, happened]).toEqual([2 * burst, []]);
  const ofLater = Uint8Array.of(2, ...ofLink.subarray(1));
  for (let no = 0; no < burst; no += 1) wire.listener.bytes(ofLater);
  expect([records.length, happened, wire.ending]).toEqual([2 * burst, [], undefined]);
  clock.advance(1_000 / messagesPerSecond);
  wire.listener.bytes(ofLater);
  expect(wire.ending).toBeUndefined();
  wire.listener.bytes(ofLater);
  expect([happened, wire.ending]).toEqual([['over', 'ended: ERR_PROTOCOL'], 'terminate']);
});

test('the rate may be kept up for ever', () => {
  const { clock, wire, happened, attach, receive } = createSessionRig();
  attach();
  for (let no = 1; no <= 20 * messagesPerSecond; no += 1) {
    receive(no);
    clock.advance(1_000 / messagesPerSecond);
  }
  expect([happened.length, wire.ending]).toEqual([20 * messagesPerSecond, undefined]);
});

test('questions count against the rate: they cost work as well', () => {
  const { wire, happened, attach } = createSessionRig();
  attach();
  for (let no = 0; no <= burst; no += 1) wire.listener.ping();
  expect(happened).toEqual(['over', 'ended: ERR_PROTOCOL']);
});

test.each([
  ['no JSON', 'nonsense'],
  ['another shape', '{"type":"lost"}'],
  ['a frame of the authentication', '{"type":"refuse","code":"ERR_BUSY"}'],
  ['larger than a message may be', formatSignal({ type: 'signal', epoch: 1, body: '' }).padEnd(messageBytes + 1)],
])('a text ends it: %s', (_, text) => {
  const { wire, happened, attach } = createSessionRig();
  attach();
  wire.listener.text(text);
  expect([happened, wire.ending]).toEqual([['over', 'ended: ERR_PROTOCOL'], 'terminate']);
});

test('a message as large as one may be is taken', () => {
  const { wire, happened, attach } = createSessionRig();
  attach();
  wire.listener.text(formatSignal({ type: 'signal', epoch: 1, body: '' }).padEnd(messageBytes));
  expect(happened).toEqual(['1']);
});

test('with more than the cap waiting to leave, the next message ends it', () => {
  const { clock, wire, session, happened, attach } = createSessionRig();
  attach();
  wire.buffered = limits.webSocket.bufferedBytes;
  session.send({ type: 'lost', epoch: 1 });
  expect([wire.sent.length, happened]).toEqual([1, []]);
  wire.buffered += 1;
  session.send({ type: 'lost', epoch: 2 });
  expect([wire.sent.length, happened]).toEqual([1, ['over', 'ended: ERR_SIGNALLING']]);
  expect([wire.ending, clock.pending]).toEqual(['terminate', 0]);
});

test('what waits on carriers does not end it: a link, one that lingers, and byte streams', () => {
  const { wire, session, happened, attach } = createSessionRig();
  attach();
  const listener = { record: () => undefined, left: () => undefined, closed: () => undefined };
  const carriers = [session.carry(2, listener), session.carry(1, listener), session.carryStreams(listener)];
  for (const carrier of carriers)
    for (let sent = 0; sent < limits.webSocket.bufferedBytes / 2; sent += limits.tls.recordBytes)
      carrier.send(new Uint8Array(limits.tls.recordBytes));
  wire.buffered = wire.sentBytes.reduce((sum, { byteLength }) => sum + byteLength, 0);
  expect(wire.buffered).toBeGreaterThan(limits.webSocket.bufferedBytes);
  session.send({ type: 'lost', epoch: 1 });
  wire.listener.ping();
  expect([wire.sent.length, happened, wire.ending]).toEqual([1, [], undefined]);
  wire.buffered += limits.webSocket.bufferedBytes + 1;
  session.send({ type: 'lost', epoch: 2 });
  expect([wire.sent.length, happened]).toEqual([1, ['over', 'ended: ERR_SIGNALLING']]);
});

test('what nothing carries has a cap; what was under way of a link that was closed here has one of its own', () => {
  const { clock, wire, session, happened, attach } = createSessionRig();
  attach();
  const frame = formatCarried({ generation: 7, record: new Uint8Array(limits.tls.recordBytes) });
  const frames = Math.floor(limits.tls.uncarriedBytes / frame.byteLength);
  const receive = (): void => {
    for (let no = 0; no < frames; no += 1) wire.listener.bytes(frame);
  };
  session.carry(7, { record: () => undefined, left: () => undefined, closed: () => undefined }).close();
  for (let no = 0; no < 3; no += 1) receive();
  clock.advance(limits.signalling.pingEveryMs);
  wire.listener.pong();
  receive();
  expect([happened, wire.ending]).toEqual([[], undefined]);
  wire.listener.bytes(frame);
  expect([happened, wire.ending]).toEqual([['over', 'ended: ERR_PROTOCOL'], 'terminate']);
});

test.each([
  ['a record of byte streams that is empty', Uint8Array.of(1, 0, 0, 0, 0, 0, 0, 0)],
  ['byte streams of a generation', Uint8Array.of(1, 0, 0, 0, 0, 0, 0, 1, 1)],
  ['a record that its listener refuses', formatCarried({ generation: 0, record: Uint8Array.of(1) })],
])('a binary frame ends it: %s', (_, frame) => {
  const { wire, session, happened, attach } = createSessionRig();
  attach();
  session.carryStreams({
    record() {
      throw new LanpeerError('ERR_PROTOCOL');
    },
    left: () => undefined,
    closed: () => void happened.push('closed'),
  });
  wire.listener.bytes(frame);
  expect([happened, wire.ending]).toEqual([['over', 'ended: ERR_PROTOCOL', 'closed'], 'terminate']);
});

test('early messages are few in bytes too', () => {
  const { wire, happened } = createSessionRig();
  const text = JSON.stringify({ type: 'signal', epoch: 1, body: 'x'.repeat(messageBytes - 64) });
  const fit = Math.floor(earlySessionBytes / Buffer.byteLength(text));
  for (let no = 0; no < fit; no += 1) wire.listener.text(text);
  expect(happened).toEqual([]);
  wire.listener.text(text);
  expect([happened, wire.ending]).toEqual([['over'], 'terminate']);
});

test('when a peer pings and does not read, ends the session', () => {
  const { wire, happened, attach } = createSessionRig();
  attach();
  wire.listener.ping();
  wire.buffered = limits.webSocket.bufferedBytes + 1;
  wire.listener.ping();
  expect(happened).toEqual(['over', 'ended: ERR_SIGNALLING']);
});
