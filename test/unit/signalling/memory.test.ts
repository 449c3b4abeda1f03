import { randomBytes } from 'node:crypto';
import { beforeEach, expect, test } from 'vitest';
import {
  createMemorySignallingNetwork,
  type MemorySignallingNetwork,
} from '../../../src/adapters/signalling/memory/memory-signalling.ts';
import type { Refusal, SessionEnd, Signalling, SignallingSession } from '../../../src/adapters/signalling/port.ts';
import { LanpeerError } from '../../../src/errors.ts';
import { limits } from '../../../src/limits.ts';
import type { AccessPolicy } from '../../../src/protocol/access.ts';
import { deviceIdOf } from '../../../src/protocol/device-id.ts';
import { createVirtualClock, type VirtualClock } from '../../../src/testing/virtual-clock.ts';

const { pingEveryMs } = limits.signalling;
const delayMs = 10;
/** Hello, welcome, ready, and what they need to be heard. */
const handshakeMs = 10 * delayMs;

interface Host {
  readonly id: string;
  readonly address: string;
  readonly port: number;
  readonly signalling: Signalling;
  readonly sessions: SignallingSession[];
  readonly refusals: Refusal[];
}

interface End {
  readonly session: SignallingSession;
  /** Epochs that came, and the end. */
  readonly heard: string[];
}

let clock: VirtualClock;
let network: MemorySignallingNetwork;
let count = 0;

beforeEach(() => {
  clock = createVirtualClock();
  network = createMemorySignallingNetwork({ clock, delayMs });
  count = 0;
});

async function host(access: AccessPolicy = {}): Promise<Host> {
  count += 1;
  const id = deviceIdOf(randomBytes(32));
  const address = `192.0.2.${count}`;
  const greet = () => ({
    incarnation: { counter: 1, random: '0123456789abcdef' },
    name: 'x',
    held: 0,
    features: [],
    transports: [],
  });
  const signalling = network.signalling({ id, address, access, greet });
  const sessions: SignallingSession[] = [];
  const refusals: Refusal[] = [];
  const { port } = await signalling.listen({
    session: (session) => void sessions.push(session),
    refused: (refusal) => void refusals.push(refusal),
    error(error) {
      throw error;
    },
  });
  return { id, address, port, signalling, sessions, refusals };
}

/** What a dial came to, by now. */
interface Dial {
  outcome: SignallingSession | string | undefined;
}

function dial(from: Host, { address, port }: Pick<Host, 'address' | 'port'>, signal = new AbortController().signal) {
  const made: Dial = { outcome: undefined };
  from.signalling.dial({ address, port, timeoutMs: limits.dial.timeoutMs, signal }).then(
    (session) => {
      made.outcome = session;
    },
    (thrown) => {
      made.outcome = thrown instanceof LanpeerError ? thrown.code : 'no LanpeerError';
    },
  );
  return made;
}

const nameOfEnd = (end: SessionEnd): string => (end.kind === 'bye' ? `${end.by} ${end.reason}` : end.error.code);

function record(session: SignallingSession | undefined): End {
  if (!session) throw new Error('no session came');
  const heard: string[] = [];
  session.attach({
    message: (message) => void heard.push('epoch' in message ? `${message.epoch}` : message.type),
    ended: (end) => void heard.push(nameOfEnd(end)),
  });
  return { session, heard };
}

async function join(from: Host, to: Host): Promise<readonly [near: End, far: End]> {
  const made = dial(from, to);
  await clock.advanceAsync(handshakeMs);
  if (typeof made.outcome !== 'object') throw new Error(`the dial came to ${made.outcome}`);
  return [record(made.outcome), record(to.sessions.at(-1))];
}

/** Says so many, from the first on. */
function say({ session }: End, ...epochs: readonly number[]): void {
  for (const epoch of epochs) session.send({ type: 'lost', epoch });
}

test('whatever is said takes its time, and no longer', async () => {
  const [near, far] = await join(await host(), await host());
  say(near, 1);
  clock.advance(delayMs - 1);
  expect(far.heard).toEqual([]);
  clock.advance(1);
  expect(far.heard).toEqual(['1']);
});

test('while a session lives its ends ask each other, for ever; a close leaves nothing', async () => {
  const [one, other] = [await host(), await host()];
  const [near, far] = await join(one, other);
  await clock.advanceAsync(20 * pingEveryMs);
  expect([near.heard, far.heard, network.open]).toEqual([[], [], 1]);
  near.session.close('disconnect');
  await clock.advanceAsync(handshakeMs);
  expect([near.heard, far.heard]).toEqual([['local disconnect'], ['remote disconnect']]);
  expect([network.open, clock.pending]).toEqual([0, 0]);
});

test('over a cut, in either direction, a dial runs into its time limit', async () => {
  const [one, other] = [await host(), await host()];
  for (const fault of [
    () => network.block(one.id, other.id),
    () => network.block(other.id, one.id),
    () => network.cut(one.id, other.id),
  ]) {
    fault();
    const made = dial(one, other);
    await clock.advanceAsync(limits.dial.timeoutMs - 1);
    expect(made.outcome).toBeUndefined();
    await clock.advanceAsync(1);
    expect([made.outcome, network.open, clock.pending]).toEqual(['ERR_TIMEOUT', 0, 0]);
    network.heal(one.id, other.id);
  }
  await join(one, other);
});

test('when no host is at the address, runs into the time limit; when nothing listens at the port, is refused', async () => {
  const [one, other] = [await host(), await host()];
  const [nowhere, closed] = [dial(one, { ...other, address: '192.0.2.200' }), dial(one, { ...other, port: 1 })];
  await clock.advanceAsync(delayMs);
  expect([nowhere.outcome, closed.outcome]).toEqual([undefined, 'ERR_REFUSED']);
  await clock.advanceAsync(limits.dial.timeoutMs);
  expect(nowhere.outcome).toBe('ERR_TIMEOUT');
});

test('an abort ends a dial at any moment, and leaves nothing', async () => {
  const [one, other] = [await host(), await host()];
  const [to, nowhere] = [other, { ...other, address: '192.0.2.200' }];
  for (const target of [to, nowhere])
    for (const after of [0, delayMs, 2 * delayMs]) {
      const controller = new AbortController();
      const made = dial(one, target, controller.signal);
      await clock.advanceAsync(after);
      controller.abort();
      await clock.advanceAsync(handshakeMs);
      expect([made.outcome, other.sessions, network.open, clock.pending]).toEqual(['ERR_ABORTED', [], 0, 0]);
    }
});

test('a cut while the two authenticate ends the dial after its time limit', async () => {
  const [one, other] = [await host(), await host()];
  const made = dial(one, other);
  await clock.advanceAsync(delayMs);
  network.cut(one.id, other.id);
  await clock.advanceAsync(limits.dial.authenticationMs - 1);
  expect(made.outcome).toBeUndefined();
  await clock.advanceAsync(1);
  expect(made.outcome).toBe('ERR_TIMEOUT');
  network.heal();
  await clock.advanceAsync(handshakeMs);
  expect([other.sessions, network.open, clock.pending]).toEqual([[], 0, 0]);
});

test('a short cut loses nothing: what was said comes in order after the heal', async () => {
  const [one, other] = [await host(), await host()];
  const [near, far] = await join(one, other);
  network.cut(one.id, other.id);
  say(near, 1, 2);
  say(far, 3);
  await clock.advanceAsync(pingEveryMs / 2);
  say(near, 4);
  expect([near.heard, far.heard]).toEqual([[], []]);
  network.heal(one.id, other.id);
  await clock.advanceAsync(delayMs);
  expect([near.heard, far.heard]).toEqual([['3'], ['1', '2', '4']]);
});

test('a block is one way: the other way everything passes', async () => {
  const [one, other] = [await host(), await host()];
  const [near, far] = await join(one, other);
  network.block(one.id, other.id);
  say(near, 1);
  say(far, 2);
  await clock.advanceAsync(delayMs);
  expect([near.heard, far.heard]).toEqual([['2'], []]);
  network.heal(one.id);
  expect(far.heard).toEqual(['1']);
});

test.each(['cut', 'block'] as const)('a long %s ends the session on both sides, each by its own clock', async (how) => {
  const [one, other] = [await host(), await host()];
  const [near, far] = await join(one, other);
  network[how](one.id, other.id);
  await clock.advanceAsync(pingEveryMs - handshakeMs);
  expect([near.heard, far.heard]).toEqual([[], []]);
  await clock.advanceAsync(2 * pingEveryMs);
  // Blocked one way, the end that still hears is told by the other one's reset.
  expect([near.heard, far.heard]).toEqual([['ERR_SIGNALLING'], ['ERR_SIGNALLING']]);
  network.heal();
  await clock.advanceAsync(handshakeMs);
  expect([network.open, clock.pending]).toEqual([0, 0]);
});

test('a heal is between two, at one, or everywhere', async () => {
  const [one, other, third] = [await host(), await host(), await host()];
  const sessions = [await join(one, other), await join(one, third), await join(other, third)];
  const heard = (): number[] => sessions.map(([, far]) => far.heard.length);
  network.cut(one.id, other.id);
  network.cut(one.id, third.id);
  network.cut(other.id, third.id);
  for (const [near] of sessions) say(near, 1);
  await clock.advanceAsync(delayMs);
  expect(heard()).toEqual([0, 0, 0]);
  network.heal(third.id, other.id);
  expect(heard()).toEqual([0, 0, 1]);
  network.heal(third.id);
  expect(heard()).toEqual([0, 1, 1]);
  network.heal();
  expect(heard()).toEqual([1, 1, 1]);
});

test('a drop ends the sessions between two, without a bye, and no others', async () => {
  const [one, other, third] = [await host(), await host(), await host()];
  const [near, far] = await join(one, other);
  const [back, forth] = await join(other, one);
  const [apart] = await join(one, third);
  say(near, 1);
  network.drop(other.id, one.id);
  await clock.advanceAsync(delayMs);
  for (const { heard } of [near, far, back, forth]) expect(heard).toEqual(['ERR_SIGNALLING']);
  expect([apart.heard, network.open]).toEqual([[], 1]);
  await join(one, other);
});

test('a drop while the two authenticate ends the dial, and does not count as a session', async () => {
  const [one, other] = [await host(), await host()];
  for (let no = 0; no < limits.signalling.sessionsPerPeer; no += 1) {
    const made = dial(one, other);
    await clock.advanceAsync(delayMs);
    expect(network.open).toBe(1);
    network.drop(one.id, other.id);
    await clock.advanceAsync(handshakeMs);
    expect([made.outcome, other.sessions, network.open]).toEqual(['ERR_SIGNALLING', [], 0]);
  }
  await join(one, other);
});

test('when a host is killed, sends no bye and takes no dial; nothing of it stays open', async () => {
  const [one, other, third] = [await host(), await host(), await host()];
  const [near, far] = await join(one, other);
  const [apart] = await join(other, third);
  network.kill(one.id);
  await clock.advanceAsync(delayMs);
  expect([near.heard, far.heard, apart.heard]).toEqual([['ERR_SIGNALLING'], ['ERR_SIGNALLING'], []]);
  const [there, back] = [dial(other, one), dial(one, other)];
  await clock.advanceAsync(delayMs);
  expect([there.outcome, back.outcome, network.open]).toEqual(['ERR_REFUSED', 'ERR_UNREACHABLE', 1]);
  network.kill(third.id);
  await clock.advanceAsync(delayMs);
  expect([network.open, clock.pending]).toEqual([0, 0]);
});

test('when a dialer failed, refuses it without a wire until its time is over', async () => {
  const [one, other] = [await host(), await host({ networkKey: new Uint8Array(32) })];
  const first = dial(one, other);
  await clock.advanceAsync(4 * delayMs);
  const second = dial(one, other);
  await clock.advanceAsync(delayMs);
  expect([first.outcome, second.outcome]).toEqual(['ERR_NETWORK_KEY', 'ERR_NETWORK_KEY']);
  expect(other.refusals).toHaveLength(2);
  await clock.advanceAsync(limits.authBackoff.baseMs);
  const third = dial(one, other);
  await clock.advanceAsync(delayMs);
  expect([third.outcome, network.open]).toEqual([undefined, 1]);
  await clock.advanceAsync(handshakeMs);
  expect([third.outcome, network.open, clock.pending]).toEqual(['ERR_NETWORK_KEY', 0, 0]);
});

test('a close over a cut waits no longer than its time limit', async () => {
  const [one, other] = [await host(), await host()];
  const [near] = await join(one, other);
  network.cut(one.id, other.id);
  let closed = false;
  const closing = one.signalling.close().then(() => {
    closed = true;
  });
  await clock.advanceAsync(limits.signalling.closeMs - 1);
  expect([closed, near.heard]).toEqual([false, []]);
  await clock.advanceAsync(1);
  await closing;
  expect([closed, near.heard]).toEqual([true, ['local stopping']]);
});
