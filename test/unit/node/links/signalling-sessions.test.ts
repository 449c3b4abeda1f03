import { expect, test } from 'vitest';
import type { SessionListener, SignallingSession } from '../../../../src/adapters/signalling/port.ts';
import { LanpeerError } from '../../../../src/errors.ts';
import { limits } from '../../../../src/limits.ts';
import { SignallingSessions } from '../../../../src/node/links/signalling-sessions.ts';
import type { Carrier } from '../../../../src/protocol/carrier.ts';

const carrier: Carrier = { send: () => undefined, bufferedAmount: 0, close: () => undefined };

function setUp() {
  const said: string[] = [];
  const told: unknown[] = [];
  const listeners = new Map<string, SessionListener>();
  const make = (key: string, remoteId = 'p'): SignallingSession => ({
    key,
    remoteId,
    opener: 'local',
    remoteAddress: '192.0.2.1',
    greeting: {
      incarnation: { counter: 1, random: 'a'.repeat(16) },
      name: '',
      port: 1,
      held: 0,
      features: [],
      transports: ['tls'],
    },
    ownGeneration: 0,
    secret: new Uint8Array(32),
    attach: (listener) => void listeners.set(key, listener),
    send: (message) => said.push(`${key} ${message.type}${message.type === 'lost' ? ` ${message.epoch}` : ''}`),
    carry: () => carrier,
    carryStreams: () => carrier,
    close: () => undefined,
  });
  const sessions = new SignallingSessions(
    {
      opened: () => undefined,
      about: (_, { type, ...rest }) => void told.push({ type, ...rest }),
      refused: () => undefined,
      fault: (id, address, code) => void told.push([id, address, code]),
      probe: ({ key }, { type, probe }) => void told.push([key, type, probe]),
      ended: () => undefined,
    },
    { tell: () => undefined } as never,
  );
  /** The bodies that wait for the link of that epoch. */
  function bodiesOf(key: string, epoch: number): unknown[] {
    const bodies: unknown[] = [];
    const negotiation = sessions.negotiate(key, epoch, 'answerer', 'tls');
    negotiation?.listen((body) => void bodies.push(body));
    negotiation?.end();
    return bodies;
  }
  return {
    sessions,
    said,
    told,
    bodiesOf,
    add: (key: string, remoteId?: string) => sessions.add(make(key, remoteId)),
    hear: (key: string, epoch: number, body: unknown) => listeners.get(key)?.message({ type: 'signal', epoch, body }),
    probe: (key: string) => listeners.get(key)?.message({ type: 'probe', probe: 3, of: 'tcp' }),
    offer: (key: string, epoch: number, body: unknown, via = 'tls') =>
      listeners.get(key)?.message({ type: 'offer', epoch, body, via }),
    lose: (key: string, code: 'ERR_PROTOCOL' | 'ERR_SIGNALLING') =>
      listeners.get(key)?.ended({ kind: 'lost', error: new LanpeerError(code) }),
  };
}

test('that a link is lost is told over its own session, or over one that this side has not closed', () => {
  const { sessions, said, add } = setUp();
  for (const key of ['s1', 's2', 's3']) add(key);
  sessions.tellLost('p', 5, 's2');
  sessions.end('s2', 'duplicate');
  sessions.tellLost('p', 5, 's2');
  sessions.end('s3', 'duplicate');
  sessions.tellLost('p', 5, 's2');
  sessions.end('s1', 'duplicate');
  sessions.tellLost('p', 5, 's1');
  expect(said).toEqual(['s2 lost 5', 's3 lost 5', 's1 lost 5']);
});

test('no link begins on a session that this side has closed', () => {
  const { sessions, add } = setUp();
  for (const key of ['s1', 's2', 's3']) add(key);
  sessions.end('s2', 'duplicate');
  const links = (): boolean[] =>
    ['s1', 's2', 's3'].map((key) => sessions.negotiate(key, 1, 'offerer', 'webrtc') !== undefined);
  expect(links()).toEqual([true, false, true]);
  sessions.revoke(() => true);
  expect(links()).toEqual([false, false, false]);
});

test('an offer of a transport that this version does not know is answered with lost, and is nothing else', () => {
  const { said, told, add, offer, bodiesOf } = setUp();
  add('s1');
  add('s2');
  offer('s1', 7, { no: 0 }, 'quic');
  expect([said, told, bodiesOf('s1', 7)]).toEqual([['s1 lost 7'], [], []]);
  offer('s1', 8, { no: 0 });
  expect([said, told]).toEqual([['s1 lost 7'], [{ type: 'offer', key: 's1', generation: 8, via: 'tls' }]]);
});

test('a probe is no step of a link: it is handed over', () => {
  const { said, told, add, probe } = setUp();
  add('s1');
  probe('s1');
  expect([said, told]).toEqual([[], [['s1', 'probe', 3]]]);
});

test('no offer goes out of a transport that the other side did not announce: it counts as declined', async () => {
  const { sessions, said, told, add } = setUp();
  add('s1');
  sessions.negotiate('s1', 3, 'offerer', 'webrtc')?.send({ no: 0 });
  expect(told).toEqual([]);
  await Promise.resolve();
  expect([said, told]).toEqual([[], [{ type: 'remote.lost', generation: 3 }]]);
  sessions.negotiate('s1', 4, 'offerer', 'tls')?.send({ no: 0 });
  await Promise.resolve();
  expect([said, told.length]).toEqual([['s1 offer'], 1]);
});

test('one body is kept for a link that does not exist: the first', () => {
  const { add, hear, offer, bodiesOf } = setUp();
  add('s1');
  offer('s1', 1, { no: 0 });
  for (let no = 1; no < 100; no += 1) hear('s1', 1, { no });
  expect(bodiesOf('s1', 1)).toEqual([{ no: 0 }]);
  expect(bodiesOf('s1', 1)).toEqual([]);
});

const large = 'x'.repeat(16_000);
const perPeer = Math.floor(limits.signalling.earlyPerPeerBytes / 17_000);

test('of one peer little is kept, over all its sessions: the newest', () => {
  const { add, hear, bodiesOf } = setUp();
  const keys = ['s1', 's2', 's3', 's4'];
  for (const key of keys) add(key);
  for (let epoch = 1; epoch <= 6; epoch += 1) for (const key of keys) hear(key, epoch, large);
  const kept = keys.flatMap((key) => [1, 2, 3, 4, 5, 6].flatMap((epoch) => bodiesOf(key, epoch)));
  expect(kept).toHaveLength(perPeer);
  hear('s1', 7, large);
  expect(bodiesOf('s1', 7)).toHaveLength(1);
});

test('of all peers together little is kept, and those that have most lose it', () => {
  const { add, hear, bodiesOf } = setUp();
  add('ordinary', 'ordinary');
  hear('ordinary', 1, 'an offer');
  const keys = Array.from({ length: 200 }, (_, no) => `k${no}`);
  for (const key of keys) {
    add(key, key);
    for (let epoch = 1; epoch <= 6; epoch += 1) hear(key, epoch, large);
  }
  expect(bodiesOf('ordinary', 1)).toEqual(['an offer']);
  const kept = keys.flatMap((key) => [1, 2, 3, 4, 5, 6].flatMap((epoch) => bodiesOf(key, epoch)));
  expect(kept.length * large.length).toBeLessThanOrEqual(limits.signalling.earlyBytes);
  expect(kept.length * large.length).toBeGreaterThan(limits.signalling.earlyBytes / 2);
});

test('what a session brought goes with it, and a body that is nested too deep is no body', () => {
  const { add, hear, lose, bodiesOf } = setUp();
  add('s1');
  hear('s1', 1, 'one');
  lose('s1', 'ERR_SIGNALLING');
  add('s1');
  hear('s1', 2, JSON.parse('['.repeat(8_000) + ']'.repeat(8_000)));
  expect([bodiesOf('s1', 1), bodiesOf('s1', 2)]).toEqual([[], []]);
});

test('a session that ends by a fault of the other side ends with its code, and is told once', () => {
  const { add, lose, told } = setUp();
  add('s1');
  add('s2');
  lose('s1', 'ERR_PROTOCOL');
  lose('s2', 'ERR_SIGNALLING');
  expect(told).toEqual([
    ['p', '192.0.2.1', 'ERR_PROTOCOL'],
    { type: 'signalling.closed', key: 's1', bye: null, code: 'ERR_PROTOCOL' },
    { type: 'signalling.closed', key: 's2', bye: null },
  ]);
});
