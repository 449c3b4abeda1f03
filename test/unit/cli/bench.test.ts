import { expect, test } from 'vitest';
import { formatBenchEvent } from '../../../src/cli/bench/format.ts';
import { type Measurement, Measuring } from '../../../src/cli/bench/measure.ts';
import { benchType, serveBench } from '../../../src/cli/bench/serve.ts';
import { type Clock, systemClock } from '../../../src/environment.ts';
import { type LanpeerNode, makeNetworkKey } from '../../../src/index.ts';
import { createMemoryNetwork } from '../../../src/testing/index.ts';
import { whenTestEnds } from '../../support/hooks.ts';

const nodes = new Set<LanpeerNode>();

whenTestEnds(async () => {
  await Promise.all([...nodes].map((node) => node.stop()));
  nodes.clear();
});

/** Each look at it is a millisecond: what is measured for a time is done so many times. */
function countingClock(): Clock {
  let now = 0;
  return {
    ...systemClock,
    monotonic() {
      now += 1;
      return now;
    },
  };
}

async function startServed(count: number) {
  const network = createMemoryNetwork();
  const access = { networkKey: makeNetworkKey() };
  const make = (name: string): LanpeerNode => {
    const node = network.createNode({ name, access, discovery: false });
    nodes.add(node);
    return node;
  };
  const server = make('server');
  const peers = Array.from({ length: count }, (_, at) => make(`peer ${at}`));
  await Promise.all([server, ...peers].map((node) => node.start()));
  for (const peer of peers) await peer.connect(network.addressOf(server));
  return { server, peers, network };
}

const measuring = (node: LanpeerNode, to: string, signal = new AbortController().signal): Measuring =>
  new Measuring({ node, to, clock: countingClock(), ms: 5, signal });

async function allOf(one: Measuring): Promise<readonly Measurement[]> {
  const all: Measurement[] = [];
  for await (const measurement of one.all()) all.push(measurement);
  return all;
}

test('measures requests, messages of each size, and requests beside bulk', async () => {
  const { server, peers } = await startServed(1);
  const told: object[] = [];
  serveBench(server, systemClock, (event) => void told.push(event));
  const [peer] = peers as [LanpeerNode];
  const all = await allOf(measuring(peer, server.id));
  expect(all.map(({ what, bytes }) => `${what} ${bytes}`)).toEqual([
    'request 100',
    'messages 100',
    'messages 16384',
    'messages 61440',
    'messages 1048576',
    'request-beside-bulk 100',
  ]);
  for (const one of all) expect(one.count).toBeGreaterThan(0);
  expect(told).toEqual([
    { event: 'bench', change: 'begun', id: peer.id },
    { event: 'bench', change: 'ended', id: peer.id },
  ]);
});

test('a peer that does not serve has no responder', async () => {
  const { server, peers } = await startServed(1);
  const [peer] = peers as [LanpeerNode];
  await expect(allOf(measuring(peer, server.id))).rejects.toMatchObject({ code: 'ERR_NO_RESPONDER' });
});

test('while it serves one peer it refuses others, until that one is gone', async () => {
  const { server, peers } = await startServed(2);
  serveBench(server, systemClock);
  const [first, second] = peers as [LanpeerNode, LanpeerNode];
  await first.request(server.id, benchType, 'begin');
  await expect(allOf(measuring(second, server.id))).rejects.toMatchObject({ code: 'ERR_BUSY' });
  const gone = new Promise<void>((resolve) => {
    server.connections$.subscribe(({ id, state }) => id === first.id && state === 'closed' && resolve());
  });
  await first.stop();
  await gone;
  expect(await allOf(measuring(second, server.id))).toHaveLength(6);
});

test('a peer that sends without being served is disconnected', async () => {
  const { server, peers } = await startServed(1);
  serveBench(server, systemClock);
  const [peer] = peers as [LanpeerNode];
  const closed = new Promise<unknown>((resolve) => {
    peer.connections$.subscribe(({ state, reason }) => state === 'closed' && resolve(reason));
  });
  await peer.send(server.id, benchType, 'x');
  expect(await closed).toBe('remote-disconnect');
});

test('a peer that is served and sends what is not measured is disconnected', async () => {
  const { server, peers } = await startServed(1);
  serveBench(server, systemClock);
  const [peer] = peers as [LanpeerNode];
  const closed = new Promise<unknown>((resolve) => {
    peer.connections$.subscribe(({ state, reason }) => state === 'closed' && resolve(reason));
  });
  await peer.request(server.id, benchType, 'begin');
  await peer.send(server.id, benchType, [new Uint8Array(1_000)]);
  expect(await closed).toBe('remote-disconnect');
});

test('an abort ends it', async () => {
  const { server, peers } = await startServed(1);
  serveBench(server, systemClock);
  const [peer] = peers as [LanpeerNode];
  const abort = new AbortController();
  const all = measuring(peer, server.id, abort.signal).all();
  await all.next();
  abort.abort();
  await expect(all.next()).rejects.toMatchObject({ code: 'ERR_ABORTED' });
});

test('speaks to people', () => {
  const line = (event: object): string => formatBenchEvent({ ...event }, new Date(0));
  expect(line({ event: 'connected', via: 'tls', id: 'abc', name: 'desk', address: '10.0.0.1', ms: 7.25 })).toBe(
    'tls     dial to connected             7.25 ms   with desk (abc) at 10.0.0.1',
  );
  const times = { count: 3, p50Ms: 0.1234, p99Ms: 12.4, worstMs: 99.9 };
  expect(line({ event: 'measured', via: 'webrtc', what: 'request-beside-bulk', bytes: 100, ...times })).toBe(
    'webrtc  request of 100 B beside bulk  p50 0.12 ms   p99 12 ms   worst 100 ms   of 3',
  );
  const rates = { count: 3, seconds: 1, perSecond: 1_234_567.8, megabytesPerSecond: 123.456 };
  expect(line({ event: 'measured', via: 'tls', what: 'messages', bytes: 100, ...rates })).toBe(
    'tls     messages of 100 B             1,234,568 a second   123.5 MB/s',
  );
  expect(line({ event: 'measured', via: 'tls', what: 'messages', bytes: 16_384, ...rates })).toMatch(
    /of 16 KiB +123.5 MB\/s$/,
  );
  expect(line({ event: 'measured', via: 'tls', what: 'messages', bytes: 2 ** 23, ...rates })).toMatch(/of 8 MiB /);
  expect(line({ event: 'error', via: 'webrtc', code: 'ERR_TIMEOUT', message: 'Late.' })).toBe(
    'webrtc  not measured                  ERR_TIMEOUT: Late.',
  );
  expect(line({ event: 'bench', change: 'begun', id: 'abcdefghijk' })).toBe('abcdefgh measures: begun');
});
