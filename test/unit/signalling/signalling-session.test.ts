import { expect, test } from 'vitest';
import { limits } from '../../../src/limits.ts';
import { createSessionRig } from '../../support/signalling-session.ts';

const { pingEveryMs, closeMs } = limits.signalling;

test('it asks an end that says nothing at intervals whether it lives, and lives on as long as that answers', () => {
  const { clock, wire, happened, attach } = createSessionRig();
  attach();
  for (let no = 1; no <= 100; no += 1) {
    clock.advance(pingEveryMs);
    expect(wire.pings).toBe(no);
    wire.listener.pong();
  }
  expect([happened, wire.ending]).toEqual([[], undefined]);
});

test('without an answer until the next question it is lost', () => {
  const { clock, wire, happened, attach } = createSessionRig();
  attach();
  clock.advance(2 * pingEveryMs - 1);
  expect(happened).toEqual([]);
  clock.advance(1);
  expect(happened).toEqual(['over', 'ended: ERR_SIGNALLING']);
  expect([wire.ending, wire.pings, clock.pending]).toEqual(['terminate', 1, 0]);
});

test('a side that was dialed asks later, so that the question of the other one serves both', () => {
  const { clock, wire, attach } = createSessionRig('remote');
  attach();
  clock.advance(1.25 * pingEveryMs - 1);
  expect(wire.pings).toBe(0);
  clock.advance(1);
  expect(wire.pings).toBe(1);
});

test('whatever comes is a sign of life: a message, a question, an answer, and nothing is asked then', () => {
  const { clock, wire, happened, attach, receive } = createSessionRig();
  attach();
  const signs = [() => receive(1), () => wire.listener.ping(), () => wire.listener.pong()];
  for (const sign of [...signs, ...signs]) {
    clock.advance(pingEveryMs - 1);
    sign();
  }
  expect([happened, wire.pings]).toEqual([['1', '1'], 0]);
  clock.advance(pingEveryMs);
  expect(wire.pings).toBe(1);
});

test('once a link over it was closed it asks, whatever comes', () => {
  const { clock, wire, session, attach } = createSessionRig();
  attach();
  session.carry(1, { record: () => undefined, left: () => undefined, closed: () => undefined }).close();
  for (let second = 0; second < pingEveryMs / 1_000; second += 1) {
    clock.advance(1_000);
    wire.listener.pong();
  }
  expect(wire.pings).toBe(1);
});

test('what came early is handed over first, in order, then what follows, then the end', () => {
  const { happened, attach, receive, receiveBye } = createSessionRig();
  receive(1);
  receive(2);
  attach();
  receive(3);
  receiveBye();
  receive(4);
  expect(happened).toEqual(['1', '2', '3', 'over', 'ended by remote: failed']);
});

test('an end that came early is told at once, after the messages before it', () => {
  const { happened, attach, receive, receiveBye } = createSessionRig();
  receive(1);
  receiveBye();
  attach();
  expect(happened).toEqual(['over', '1', 'ended by remote: failed']);
});

test('a frame that no peer sends ends it', () => {
  const { wire, happened, attach } = createSessionRig();
  attach();
  wire.listener.invalid();
  expect([happened, wire.ending]).toEqual([['over', 'ended: ERR_PROTOCOL'], 'terminate']);
});

test('an end during the handover of early messages is told once, last of all', () => {
  const { wire, session, happened, attach, receive } = createSessionRig();
  for (let no = 1; no <= 3; no += 1) receive(no);
  wire.buffered = limits.webSocket.bufferedBytes + 1;
  attach((event) => {
    if (event === '1') session.send({ type: 'lost', epoch: 1 });
  });
  expect(happened).toEqual(['1', 'over', 'ended: ERR_SIGNALLING']);
});

test('after a bye the other end has only so long to close; the end comes once', () => {
  const { clock, wire, session, happened, attach, receive } = createSessionRig();
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
  const { clock, wire, session, happened, attach, receiveBye } = createSessionRig();
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
  const { clock, wire, session, happened, attach } = createSessionRig();
  attach();
  session.close('stopping');
  wire.listener.closed();
  expect([happened, clock.pending]).toEqual([['over', 'ended by local: stopping', 'wire closed'], 0]);
});

test('a wire that breaks without a bye is a lost session', () => {
  const { clock, wire, happened, attach } = createSessionRig();
  attach();
  wire.listener.closed();
  expect([happened, clock.pending]).toEqual([['over', 'ended: ERR_SIGNALLING', 'wire closed'], 0]);
});
