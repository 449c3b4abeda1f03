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
  const errors: string[] = [];
  const server = {
    addAddress(address: string, port: number): Promise<number> {
      if (!present.has(address)) return Promise.reject(new LanpeerError('ERR_INTERFACE_UNKNOWN'));
      if (taken.has(address)) return Promise.reject(new LanpeerError('ERR_PORT_IN_USE'));
      open.set(address, port || 40_000);
      return Promise.resolve(port || 40_000);
    },
    removeAddress: (address: string) => void open.delete(address),
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
      onError: ({ code }) => errors.push(code),
    });
  const update = async (): Promise<void> => {
    clock.advance(every);
    // An update adds one address after another, each in a turn of its own.
    await new Promise<void>((resolve) => setImmediate(resolve));
  };
  return { server, clock, stopping, present, taken, wanted, open, errors, follow, update };
}

test('waits for an address that is not there yet, and has a port from the beginning', async () => {
  const { follow, update, open, present, stopping, clock } = makeRig('192.0.2.1');
  expect(await follow()).toBe(40_000);
  expect([...open]).toEqual([['127.0.0.1', 40_000]]);
  await update();
  expect([...open.keys()]).toEqual(['127.0.0.1']);
  present.add('192.0.2.1');
  await update();
  expect([...open]).toEqual([['192.0.2.1', 40_000]]);
  stopping.abort();
  expect(clock.pending).toBe(0);
});

test('removes an address that is wanted no longer when it has another, and keeps it otherwise', async () => {
  const { follow, update, open, present, wanted, stopping } = makeRig('192.0.2.1');
  present.add('192.0.2.1');
  await follow();
  wanted.splice(0);
  await update();
  expect([...open.keys()]).toEqual(['192.0.2.1']);
  wanted.push('192.0.2.2');
  present.add('192.0.2.2');
  await update();
  expect([...open]).toEqual([['192.0.2.2', 40_000]]);
  stopping.abort();
});

test('when a port is taken on an address that comes later, reports it once and tries again', async () => {
  const { follow, update, open, present, taken, errors, stopping } = makeRig('127.0.0.1', '192.0.2.1');
  await follow();
  present.add('192.0.2.1');
  taken.add('192.0.2.1');
  for (let turn = 0; turn < 3; turn += 1) await update();
  expect(errors).toEqual(['ERR_PORT_IN_USE']);
  taken.clear();
  await update();
  expect([...open.keys()]).toEqual(['127.0.0.1', '192.0.2.1']);
  stopping.abort();
});

test('when a port is taken at the beginning, leaves nothing open', async () => {
  const { follow, open, present, taken, clock } = makeRig('127.0.0.1', '192.0.2.1');
  present.add('192.0.2.1');
  taken.add('192.0.2.1');
  await expect(follow()).rejects.toMatchObject({ code: 'ERR_PORT_IN_USE' });
  expect([open.size, clock.pending]).toEqual([0, 0]);
});

test('closes an address that was added while the node stops', async () => {
  const { follow, update, open, present, wanted, stopping, server } = makeRig('127.0.0.1');
  await follow();
  wanted.unshift('192.0.2.1');
  present.add('192.0.2.1');
  const { promise, resolve } = Promise.withResolvers<void>();
  const addNow = server.addAddress.bind(server);
  server.addAddress = (address, port) => promise.then(() => addNow(address, port));
  await update();
  stopping.abort();
  await server.close();
  resolve();
  await new Promise<void>((done) => setImmediate(done));
  expect([...open.keys()]).toEqual([]);
});
