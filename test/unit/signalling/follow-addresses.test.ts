import { expect, test } from 'vitest';
import { followAddresses } from '../../../src/adapters/signalling/server/follow-addresses.ts';
import { LanpeerError } from '../../../src/errors.ts';
import { limits } from '../../../src/limits.ts';
import { createVirtualClock } from '../../../src/testing/virtual-clock.ts';

const every = limits.discovery.interfacesEveryMs;

function makeRig(...wanted: string[]) {
  const clock = createVirtualClock();
  const stopping = new AbortController();
  /** Addresses of the machine, and those on which another program has the port. */
  const present = new Set(['127.0.0.1']);
  const taken = new Set<string>();
  const open = new Map<string, number>();
  const troubles: string[] = [];
  const server = {
    open(address: string, port: number): Promise<number> {
      if (!present.has(address)) return Promise.reject(new LanpeerError('ERR_INTERFACE_UNKNOWN'));
      if (taken.has(address)) return Promise.reject(new LanpeerError('ERR_PORT_IN_USE'));
      open.set(address, port || 40_000);
      return Promise.resolve(port || 40_000);
    },
    shut: (address: string) => void open.delete(address),
    close() {
      open.clear();
      return Promise.resolve();
    },
  };
  const follow = (): Promise<number> =>
    followAddresses({
      server,
      addresses: () => wanted,
      port: 0,
      clock,
      signal: stopping.signal,
      trouble: ({ code }) => troubles.push(code),
    });
  const look = async (): Promise<void> => {
    clock.advance(every);
    // A look opens one address after another, each in a turn of its own.
    await new Promise<void>((resolve) => setImmediate(resolve));
  };
  return { server, clock, stopping, present, taken, wanted, open, troubles, follow, look };
}

test('an address that is not there yet is waited for, with a port from the beginning', async () => {
  const { follow, look, open, present, stopping, clock } = makeRig('192.0.2.1');
  expect(await follow()).toBe(40_000);
  expect([...open]).toEqual([['127.0.0.1', 40_000]]);
  await look();
  expect([...open.keys()]).toEqual(['127.0.0.1']);
  present.add('192.0.2.1');
  await look();
  expect([...open]).toEqual([['192.0.2.1', 40_000]]);
  stopping.abort();
  expect(clock.pending).toBe(0);
});

test('an address that is wanted no longer is left for another, and not for nothing', async () => {
  const { follow, look, open, present, wanted, stopping } = makeRig('192.0.2.1');
  present.add('192.0.2.1');
  await follow();
  wanted.splice(0);
  await look();
  expect([...open.keys()]).toEqual(['192.0.2.1']);
  wanted.push('192.0.2.2');
  present.add('192.0.2.2');
  await look();
  expect([...open]).toEqual([['192.0.2.2', 40_000]]);
  stopping.abort();
});

test('a port that is taken on an address that comes later is told once, and tried again', async () => {
  const { follow, look, open, present, taken, troubles, stopping } = makeRig('127.0.0.1', '192.0.2.1');
  await follow();
  present.add('192.0.2.1');
  taken.add('192.0.2.1');
  for (let turn = 0; turn < 3; turn += 1) await look();
  expect(troubles).toEqual(['ERR_PORT_IN_USE']);
  taken.clear();
  await look();
  expect([...open.keys()]).toEqual(['127.0.0.1', '192.0.2.1']);
  stopping.abort();
});

test('a port that is taken at the beginning leaves nothing open', async () => {
  const { follow, open, present, taken, clock } = makeRig('127.0.0.1', '192.0.2.1');
  present.add('192.0.2.1');
  taken.add('192.0.2.1');
  await expect(follow()).rejects.toMatchObject({ code: 'ERR_PORT_IN_USE' });
  expect([open.size, clock.pending]).toEqual([0, 0]);
});

test('an address that opens while the node stops is closed again', async () => {
  const { follow, look, open, present, wanted, stopping, server } = makeRig('127.0.0.1');
  await follow();
  wanted.unshift('192.0.2.1');
  present.add('192.0.2.1');
  const { promise, resolve } = Promise.withResolvers<void>();
  const openNow = server.open.bind(server);
  server.open = (address, port) => promise.then(() => openNow(address, port));
  await look();
  stopping.abort();
  await server.close();
  resolve();
  await new Promise<void>((done) => setImmediate(done));
  expect([...open.keys()]).toEqual([]);
});
