import { describe, expect, test } from 'vitest';
import {
  type Authentication,
  type AuthenticationOptions,
  createAuthentication,
} from '../../../src/adapters/signalling/session/authenticate.ts';
import { runAuthentication } from '../../../src/adapters/signalling/session/run-authentication.ts';
import { LanpeerError } from '../../../src/errors.ts';
import { limits } from '../../../src/limits.ts';
import type { AccessPolicy } from '../../../src/protocol/access.ts';
import { formatGreetingFrame, type GreetingFields, protocolVersion } from '../../../src/protocol/greeting.ts';
import { proveKey, type Role } from '../../../src/protocol/proof.ts';
import { createVirtualClock } from '../../../src/testing/virtual-clock.ts';
import { createFakeWire } from '../../support/fake-wire.ts';

const ids: Readonly<Record<Role, string>> = { dialer: 'a'.repeat(52), listener: `${'b'.repeat(51)}a` };
const other = (role: Role): Role => (role === 'dialer' ? 'listener' : 'dialer');
const exporter = new Uint8Array(32).fill(3);
const networkKey = new Uint8Array(32).fill(5);
const greetingOf = (role: Role): GreetingFields => ({
  incarnation: { counter: 1, random: '0123456789abcdef' },
  name: role,
  port: 1,
  held: 0,
  features: ['later'],
  transports: ['tls'],
});

function make(
  role: Role,
  { access = {}, ...fields }: Partial<Omit<AuthenticationOptions, 'access'>> & { readonly access?: AccessPolicy } = {},
): Authentication & { readonly greeted: number } {
  let greeted = 0;
  const authentication = createAuthentication({
    role,
    ownId: ids[role],
    remoteId: ids[other(role)],
    exporter,
    access: () => access,
    greet() {
      greeted += 1;
      return greetingOf(role);
    },
    ...fields,
  });
  return Object.defineProperty(authentication, 'greeted', { get: () => greeted }) as ReturnType<typeof make>;
}

const frames = {
  hello: formatGreetingFrame({ type: 'hello', version: protocolVersion, to: ids.listener }),
  welcome: formatGreetingFrame({ type: 'welcome', greeting: greetingOf('listener') }),
  ready: formatGreetingFrame({ type: 'ready', greeting: greetingOf('dialer') }),
  refuse: formatGreetingFrame({ type: 'refuse', code: 'ERR_BUSY' }),
} as const;
type FrameName = keyof typeof frames;

const proofOf = (role: Role, key = networkKey, over = exporter): string =>
  proveKey(key, { role, ownId: ids[role], otherId: ids[other(role)], exporter: over });
const hello = (proof?: string): string =>
  formatGreetingFrame({
    type: 'hello',
    version: protocolVersion,
    to: ids.listener,
    ...(proof !== undefined && { proof }),
  });
const refusal = (code: string) => ({ kind: 'refused', code, reply: JSON.stringify({ type: 'refuse', code }) });

test.each([{}, { networkKey }])('hello, welcome, ready: each has the greeting of the other, %o', (access) => {
  const [dialer, listener] = [make('dialer', { access }), make('listener', { access })];
  expect(listener.first).toBeUndefined();
  const welcome = listener.receive(dialer.first ?? '');
  const ready = dialer.receive('reply' in welcome ? (welcome.reply ?? '') : '');
  expect([welcome.kind, ready]).toMatchObject(['more', { kind: 'done', greeting: greetingOf('listener') }]);
  const last = listener.receive('reply' in ready ? (ready.reply ?? '') : '');
  expect(last).toEqual({ kind: 'done', reply: undefined, greeting: greetingOf('dialer') });
  expect([dialer.greeted, listener.greeted]).toEqual([1, 1]);
});

/** Every order of frames up to three, and what becomes of it: only two lead anywhere. */
describe.each<[Role, readonly FrameName[]]>([
  ['dialer', ['welcome']],
  ['listener', ['hello', 'ready']],
])('as %s', (role, right) => {
  const names = Object.keys(frames) as FrameName[];
  const orders = names.flatMap((a) => [[a], ...names.flatMap((b) => [[a, b], ...names.map((c) => [a, b, c])])]);

  test.each(orders.map((order) => ({ order, name: order.join(', ') })))('receives $name', ({ order }) => {
    const authentication = make(role);
    let at = 0;
    let over = false;
    for (const name of order) {
      const step = authentication.receive(frames[name]);
      if (over) expect(step).toEqual(refusal('ERR_PROTOCOL'));
      else if (name === 'refuse') expect(step).toEqual({ kind: 'refused', code: 'ERR_BUSY', reply: undefined });
      else if (name !== right[at]) expect(step).toEqual(refusal('ERR_PROTOCOL'));
      else expect(step.kind).toBe(at === right.length - 1 ? 'done' : 'more');
      over ||= step.kind !== 'more';
      at += 1;
    }
    // A caller that is not authorised learns nothing of this side.
    expect(authentication.greeted).toBe(order[0] === right[0] ? 1 : 0);
  });
});

test.each<[string, string | undefined]>([
  ['none', undefined],
  ['another key', proofOf('dialer', new Uint8Array(32))],
  ['another TLS session', proofOf('dialer', networkKey, new Uint8Array(32))],
  ['that of a listener', proofOf('listener')],
  ['too short', 'x'],
])('a listener that requires the key takes no other proof: %s', (_, proof) => {
  const listener = make('listener', { access: { networkKey } });
  expect(listener.receive(hello(proof))).toEqual(refusal('ERR_NETWORK_KEY'));
  expect(listener.greeted).toBe(0);
  expect(make('listener', { access: { networkKey } }).receive(hello(proofOf('dialer'))).kind).toBe('more');
});

test('a dialer that requires the key takes no welcome without it, nor its own proof sent back', () => {
  for (const proof of [{}, { proof: proofOf('dialer') }]) {
    const dialer = make('dialer', { access: { networkKey } });
    const welcome = formatGreetingFrame({ type: 'welcome', ...proof, greeting: greetingOf('listener') });
    expect(dialer.receive(welcome)).toEqual(refusal('ERR_NETWORK_KEY'));
    expect(dialer.greeted).toBe(0);
  }
});

test('a proof where none is required does no harm', () => {
  expect(make('listener').receive(hello(proofOf('dialer'))).kind).toBe('more');
});

test('the allow-list is asked before the key', () => {
  const access = { networkKey, allow: new Set<string>() };
  expect(make('listener', { access }).receive(hello())).toEqual(refusal('ERR_NOT_ALLOWED'));
  expect(make('dialer', { access: { allow: new Set<string>() } }).receive(frames.welcome)).toEqual(
    refusal('ERR_NOT_ALLOWED'),
  );
});

test('when a hello names another device, refuses it', () => {
  const text = formatGreetingFrame({ type: 'hello', version: protocolVersion, to: `${'c'.repeat(51)}a` });
  expect(make('listener').receive(text)).toEqual(refusal('ERR_IDENTITY_MISMATCH'));
});

test('a frame that is too large, or no frame, is refused', () => {
  for (const text of ['', 'null', '[]', frames.hello.padEnd(limits.unauthenticated.bytes + 1)])
    expect(make('listener').receive(text)).toEqual(refusal('ERR_PROTOCOL'));
  expect(make('listener').receive(frames.hello.padEnd(limits.unauthenticated.bytes)).kind).toBe('more');
});

test('a code that makes no sense in a refusal is a breach of the protocol', () => {
  expect(make('dialer').receive('{"type":"refuse","code":"ERR_OPTION"}')).toEqual({
    kind: 'refused',
    code: 'ERR_PROTOCOL',
    reply: undefined,
  });
});

test('a greeting that cannot be made is refused, not thrown', () => {
  const greet = (): never => {
    throw new Error('no greeting');
  };
  expect(make('listener', { greet }).receive(frames.hello)).toEqual(refusal('ERR_INTERNAL'));
  const busy = (): never => {
    throw new LanpeerError('ERR_BUSY');
  };
  expect(make('dialer', { greet: busy }).receive(frames.welcome)).toEqual(refusal('ERR_BUSY'));
  const tooLong = () => ({ ...greetingOf('listener'), name: 'x'.repeat(limits.discovery.nameBytes + 1) });
  expect(make('listener', { greet: tooLong }).receive(frames.hello)).toEqual(refusal('ERR_INTERNAL'));
});

describe('over a wire', () => {
  function run(role: Role, code?: 'ERR_BUSY') {
    const clock = createVirtualClock();
    const wire = createFakeWire();
    const outcomes: unknown[] = [];
    runAuthentication(wire, {
      authentication: make(role),
      refusal: code,
      clock,
      onDone({ name }) {
        outcomes.push(`done with ${name}`);
        return true;
      },
      onRefused: (refused) => void outcomes.push(refused),
      onClosed: ({ code }) => void outcomes.push(code),
    });
    return { clock, wire, outcomes };
  }

  test('the dialer sends first, the listener waits', () => {
    expect(run('dialer').wire.sent).toEqual([frames.hello]);
    expect(run('listener').wire.sent).toEqual([]);
  });

  test('a refusal is sent before anything else, and what follows is ignored', () => {
    const { wire, outcomes } = run('dialer', 'ERR_BUSY');
    wire.listener.text(frames.welcome);
    wire.listener.invalid();
    wire.listener.closed();
    expect([wire.sent, wire.ending]).toEqual([[frames.refuse], 'close']);
    expect(outcomes).toEqual([{ code: 'ERR_BUSY', by: 'local' }]);
  });

  test('when it has refused, terminates a wire that the other side does not close in time', () => {
    const { clock, wire, outcomes } = run('listener');
    wire.listener.invalid();
    clock.advance(limits.signalling.closeMs - 1);
    expect(wire.ending).toBe('close');
    clock.advance(1);
    expect(wire.ending).toBe('terminate');
    wire.listener.closed();
    expect([outcomes, clock.pending]).toEqual([[{ code: 'ERR_PROTOCOL', by: 'local' }], 0]);
  });

  test('reports a refusal of the other side as remote', () => {
    const { clock, wire, outcomes } = run('dialer');
    wire.listener.text(frames.refuse);
    wire.listener.closed();
    expect([outcomes, clock.pending]).toEqual([[{ code: 'ERR_BUSY', by: 'remote' }], 0]);
  });

  test('when the wire closes before the end, reports it once', () => {
    const { wire, outcomes } = run('listener');
    wire.listener.text(frames.hello);
    wire.listener.closed();
    wire.listener.closed();
    expect(outcomes).toEqual(['ERR_SIGNALLING']);
  });

  test('when this side has terminated the wire, makes no session of what was read before', () => {
    const { wire, outcomes } = run('listener');
    wire.listener.text(frames.hello);
    wire.terminate();
    wire.listener.text(frames.ready);
    wire.listener.closed();
    expect(outcomes).toEqual(['ERR_SIGNALLING']);
  });
});
