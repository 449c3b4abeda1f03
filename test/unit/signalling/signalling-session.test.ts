import { beforeEach, expect, test } from 'vitest';
import type { SessionEnd, SignallingSession } from '../../../src/adapters/signalling/port.ts';
import { createSignallingSession } from '../../../src/adapters/signalling/session/signalling-session.ts';
import type { LanpeerErrorCode } from '../../../src/errors.ts';
import { limits } from '../../../src/limits.ts';
import { formatCarried } from '../../../src/protocol/carrier.ts';
import { formatSignal, type SignalMessage } from '../../../src/protocol/signal.ts';
import { createVirtualClock, type VirtualClock } from '../../../src/testing/virtual-clock.ts';
import { createFakeWire, type FakeWire } from '../../support/fake-wire.ts';

const { pingEveryMs, closeMs, early, burst, messagesPerSecond, messageBytes, earlySessionBytes } = limits.signalling;

let clock: VirtualClock;
let wire: FakeWire;
let session: SignallingSession;
let happened: string[];

/** Collects all that the session reports, in order: messages, its end, errors, and calls of its owner. */
beforeEach(() => {
  clock = createVirtualClock();
  wire = createFakeWire();
  happened = [];
  session = createSignallingSession({
    info: {
      key: 'local-1',
      remoteId: 'a'.repeat(52),
      opener: 'local',
      remoteAddress: '192.0.2.1',
      greeting: {
        incarnation: { counter: 1, random: '0123456789abcdef' },
        name: 'x',
        port: 1,
        held: 0,
        features: [],
        transports: [],
      },
      ownGeneration: 0,
      secret: new Uint8Array(32),
    },
    wire,
    clock,
    onError: ({ code }: { readonly code: LanpeerErrorCode }) => void happened.push(`error ${code}`),
    onEnded: () => void happened.push('over'),
    onClosed: () => void happened.push('wire closed'),
  });
});

const nameOf = (message: SignalMessage): string => ('epoch' in message ? `${message.epoch}` : message.type);
const nameOfEnd = (end: SessionEnd): string =>
  end.kind === 'bye' ? `ended by ${end.by}: ${end.reason}` : `ended: ${end.error.code}`;

function attach(react: (event: string) => void = () => undefined): void {
  const note = (event: string): void => {
    happened.push(event);
    react(event);
  };
  session.attach({ message: (message) => note(nameOf(message)), ended: (end) => note(nameOfEnd(end)) });
}

const receive = (epoch: number): void => wire.listener.text(formatSignal({ type: 'lost', epoch }));
const receiveBye = (): void => wire.listener.text(formatSignal({ type: 'bye', reason: 'failed' }));

test('it asks at intervals whether the other end lives, and lives on as long as that answers', () => {
  attach();
  for (let no = 1; no <= 100; no += 1) {
    clock.advance(pingEveryMs);
    expect(wire.pings).toBe(no);
    wire.listener.pong();
  }
  expect([happened, wire.ending]).toEqual([[], undefined]);
});

test('without an answer until the next question it is lost', () => {
  attach();
  clock.advance(2 * pingEveryMs - 1);
  expect(happened).toEqual([]);
  clock.advance(1);
  expect(happened).toEqual(['over', 'ended: ERR_SIGNALLING']);
  expect([wire.ending, wire.pings, clock.pending]).toEqual(['terminate', 1, 0]);
});

test('whatever comes is a sign of life: a message, a question, an answer', () => {
  attach();
  const signs = [() => receive(1), () => wire.listener.ping(), () => wire.listener.pong()];
  for (const sign of [...signs, ...signs]) {
    clock.advance(pingEveryMs - 1);
    sign();
    clock.advance(1);
  }
  expect([happened, wire.pings]).toEqual([['1', '1'], 2 * signs.length]);
});

test('as many messages as may come early are kept, one more is too many', () => {
  for (let no = 1; no <= early; no += 1) receive(no);
  expect(happened).toEqual([]);
  receive(early + 1);
  expect([happened, wire.ending]).toEqual([['over'], 'terminate']);
  attach();
  expect(happened.at(-1)).toBe('ended: ERR_PROTOCOL');
});

test('what came early is handed over first, in order, then what follows, then the end', () => {
  receive(1);
  receive(2);
  attach();
  receive(3);
  receiveBye();
  receive(4);
  expect(happened).toEqual(['1', '2', '3', 'over', 'ended by remote: failed']);
});

test('an end that came early is told at once, after the messages before it', () => {
  receive(1);
  receiveBye();
  attach();
  expect(happened).toEqual(['over', '1', 'ended by remote: failed']);
});

test('a burst passes, one message more ends it', () => {
  attach();
  for (let no = 1; no <= burst; no += 1) receive(no);
  expect([happened.length, wire.ending]).toEqual([burst, undefined]);
  receive(burst + 1);
  expect(happened.slice(burst)).toEqual(['over', 'ended: ERR_PROTOCOL']);
  expect([wire.ending, clock.pending]).toEqual(['terminate', 0]);
});

test('binary frames of links have no rate; those of a channel that this version does not know are ignored, within it', () => {
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
  const ofLater = Uint8Array.of(1, ...ofLink.subarray(1));
  for (let no = 0; no < burst; no += 1) wire.listener.bytes(ofLater);
  expect([records.length, happened, wire.ending]).toEqual([2 * burst, [], undefined]);
  clock.advance(1_000 / messagesPerSecond);
  wire.listener.bytes(ofLater);
  expect(wire.ending).toBeUndefined();
  wire.listener.bytes(ofLater);
  expect([happened, wire.ending]).toEqual([['over', 'ended: ERR_PROTOCOL'], 'terminate']);
});

test('the rate may be kept up for ever', () => {
  attach();
  for (let no = 1; no <= 20 * messagesPerSecond; no += 1) {
    receive(no);
    clock.advance(1_000 / messagesPerSecond);
  }
  expect([happened.length, wire.ending]).toEqual([20 * messagesPerSecond, undefined]);
});

test('questions count against the rate: they cost work as well', () => {
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
  attach();
  wire.listener.text(text);
  expect([happened, wire.ending]).toEqual([['over', 'ended: ERR_PROTOCOL'], 'terminate']);
});

test('a message as large as one may be is taken', () => {
  attach();
  wire.listener.text(formatSignal({ type: 'signal', epoch: 1, body: '' }).padEnd(messageBytes));
  expect(happened).toEqual(['1']);
});

test('a frame that no peer sends ends it', () => {
  attach();
  wire.listener.invalid();
  expect([happened, wire.ending]).toEqual([['over', 'ended: ERR_PROTOCOL'], 'terminate']);
});

test('with more than the cap waiting to leave, the next message ends it', () => {
  attach();
  wire.buffered = limits.webSocket.bufferedBytes;
  session.send({ type: 'lost', epoch: 1 });
  expect([wire.sent.length, happened]).toEqual([1, []]);
  wire.buffered += 1;
  session.send({ type: 'lost', epoch: 2 });
  expect([wire.sent.length, happened]).toEqual([1, ['over', 'ended: ERR_SIGNALLING']]);
  expect([wire.ending, clock.pending]).toEqual(['terminate', 0]);
});

test('an end during the handover of early messages is told once, last of all', () => {
  for (let no = 1; no <= 3; no += 1) receive(no);
  wire.buffered = limits.webSocket.bufferedBytes + 1;
  attach((event) => {
    if (event === '1') session.send({ type: 'lost', epoch: 1 });
  });
  expect(happened).toEqual(['1', 'over', 'ended: ERR_SIGNALLING']);
});

test('after a bye the other end has only so long to close; the end comes once', () => {
  attach();
  session.close('disconnect');
  session.close('failed');
  receive(1);
  clock.advance(closeMs - 1);
  expect([happened, wire.ending, wire.sent]).toEqual([[], 'close', ['{"type":"bye","reason":"disconnect"}']]);
  clock.advance(1);
  expect([happened, wire.ending]).toEqual([['over', 'ended by local: disconnect'], 'terminate']);
  wire.listener.closed();
  expect(happened.slice(2)).toEqual(['wire closed']);
  expect(clock.pending).toBe(0);
});

test('a bye of the other end is the end at once; its wire has only so long to close', () => {
  attach();
  receiveBye();
  expect([happened, wire.ending]).toEqual([['over', 'ended by remote: failed'], 'close']);
  session.close('disconnect');
  clock.advance(closeMs);
  expect([wire.sent, wire.ending]).toEqual([[], 'terminate']);
  wire.listener.closed();
  expect(happened.slice(2)).toEqual(['wire closed']);
  expect(clock.pending).toBe(0);
});

test('a wire that closes in time leaves no timer', () => {
  attach();
  session.close('stopping');
  wire.listener.closed();
  expect([happened, clock.pending]).toEqual([['over', 'ended by local: stopping', 'wire closed'], 0]);
});

test('a wire that breaks without a bye is a lost session', () => {
  attach();
  wire.listener.closed();
  expect([happened, clock.pending]).toEqual([['over', 'ended: ERR_SIGNALLING', 'wire closed'], 0]);
});

test('early messages are few in bytes too', () => {
  const text = JSON.stringify({ type: 'signal', epoch: 1, body: 'x'.repeat(messageBytes - 64) });
  const fit = Math.floor(earlySessionBytes / Buffer.byteLength(text));
  for (let no = 0; no < fit; no += 1) wire.listener.text(text);
  expect(happened).toEqual([]);
  wire.listener.text(text);
  expect([happened, wire.ending]).toEqual([['over'], 'terminate']);
});

test('when a peer pings and does not read, ends the session', () => {
  attach();
  wire.listener.ping();
  wire.buffered = limits.webSocket.bufferedBytes + 1;
  wire.listener.ping();
  expect(happened).toEqual(['over', 'ended: ERR_SIGNALLING']);
});
