import { describe, expect, test } from 'vitest';
import { LanpeerError } from '../../../src/errors.ts';
import { limits } from '../../../src/limits.ts';
import { formatGreetingFrame, protocolVersion } from '../../../src/protocol/greeting.ts';
import type { Role } from '../../../src/protocol/proof.ts';
import {
  type FrameName,
  frames,
  greetingOf,
  hello,
  makeAuthentication,
  networkKey,
  proofOf,
  refusal,
} from '../../support/authentication.ts';

test.each([{}, { networkKey }])('hello, welcome, ready: each has the greeting of the other, %o', (access) => {
  const [dialer, listener] = [makeAuthentication('dialer', { access }), makeAuthentication('listener', { access })];
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
    const authentication = makeAuthentication(role);
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
  const listener = makeAuthentication('listener', { access: { networkKey } });
  expect(listener.receive(hello(proof))).toEqual(refusal('ERR_NETWORK_KEY'));
  expect(listener.greeted).toBe(0);
  expect(makeAuthentication('listener', { access: { networkKey } }).receive(hello(proofOf('dialer'))).kind).toBe(
    'more',
  );
});

test('a dialer that requires the key takes no welcome without it, nor its own proof sent back', () => {
  for (const proof of [{}, { proof: proofOf('dialer') }]) {
    const dialer = makeAuthentication('dialer', { access: { networkKey } });
    const welcome = formatGreetingFrame({ type: 'welcome', ...proof, greeting: greetingOf('listener') });
    expect(dialer.receive(welcome)).toEqual(refusal('ERR_NETWORK_KEY'));
    expect(dialer.greeted).toBe(0);
  }
});

test('a proof where none is required does no harm', () => {
  expect(makeAuthentication('listener').receive(hello(proofOf('dialer'))).kind).toBe('more');
});

test('the allow-list is asked before the key', () => {
  const access = { networkKey, allow: new Set<string>() };
  expect(makeAuthentication('listener', { access }).receive(hello())).toEqual(refusal('ERR_NOT_ALLOWED'));
  expect(makeAuthentication('dialer', { access: { allow: new Set<string>() } }).receive(frames.welcome)).toEqual(
    refusal('ERR_NOT_ALLOWED'),
  );
});

test('when a hello names another device, refuses it', () => {
  const text = formatGreetingFrame({ type: 'hello', version: protocolVersion, to: `${'c'.repeat(51)}a` });
  expect(makeAuthentication('listener').receive(text)).toEqual(refusal('ERR_IDENTITY_MISMATCH'));
});

test('a frame that is too large, or no frame, is refused', () => {
  for (const text of ['', 'null', '[]', frames.hello.padEnd(limits.unauthenticated.bytes + 1)])
    expect(makeAuthentication('listener').receive(text)).toEqual(refusal('ERR_PROTOCOL'));
  expect(makeAuthentication('listener').receive(frames.hello.padEnd(limits.unauthenticated.bytes)).kind).toBe('more');
});

test('a code that makes no sense in a refusal is a breach of the protocol', () => {
  expect(makeAuthentication('dialer').receive('{"type":"refuse","code":"ERR_OPTION"}')).toEqual({
    kind: 'refused',
    code: 'ERR_PROTOCOL',
    reply: undefined,
  });
});

test('a greeting that cannot be made is refused, not thrown', () => {
  const greet = (): never => {
    throw new Error('no greeting');
  };
  expect(makeAuthentication('listener', { greet }).receive(frames.hello)).toEqual(refusal('ERR_INTERNAL'));
  const busy = (): never => {
    throw new LanpeerError('ERR_BUSY');
  };
  expect(makeAuthentication('dialer', { greet: busy }).receive(frames.welcome)).toEqual(refusal('ERR_BUSY'));
  const tooLong = () => ({ ...greetingOf('listener'), name: 'x'.repeat(limits.discovery.nameBytes + 1) });
  expect(makeAuthentication('listener', { greet: tooLong }).receive(frames.hello)).toEqual(refusal('ERR_INTERNAL'));
});
