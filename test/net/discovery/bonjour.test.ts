import { execFileSync } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { networkInterfaces } from 'node:os';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { afterEach, expect, test } from 'vitest';
import { type BonjourDiscoveryOptions, bonjourDiscovery } from '../../../src/adapters/discovery/bonjour-discovery.ts';
import type { Discovery } from '../../../src/adapters/discovery/port.ts';
import { systemClock } from '../../../src/environment.ts';
import { LanpeerError } from '../../../src/errors.ts';
import { limits } from '../../../src/limits.ts';
import { deferred, listen, someAnnouncement } from '../../support/discovery.ts';

const made = new Set<Discovery>();

afterEach(async () => {
  await Promise.all([...made].map((discovery) => discovery.stop()));
  made.clear();
});

function onLoopback(options: Partial<BonjourDiscoveryOptions> = {}): Discovery {
  const discovery = bonjourDiscovery({
    addresses: () => ['127.0.0.1'],
    clock: systemClock,
    random: Math.random,
    ...options,
  });
  made.add(discovery);
  return discovery;
}

test('when an interface is no longer used, says goodbye there, and announces again when it is back', async () => {
  let there = true;
  let count = 0;
  const moving = onLoopback({
    addresses: () => (there ? ['127.0.0.1'] : []),
    // Every look shows another network.
    networkInterfaces: () => ({ ...networkInterfaces(), [`eth${count++}`]: [pretended(count)] }),
  });
  const announcement = someAnnouncement();
  const witness = listen(onLoopback(), announcement.id);
  await witness.started;
  await moving.start(announcement, { device: () => undefined, error: () => undefined });
  await witness.next('found');
  there = false;
  await witness.next('lost');
  there = true;
  await witness.next('found');
});

test('when another interface changes, no other node loses this one', async () => {
  const looks = deferred<void>();
  let count = 0;
  const steady = onLoopback({
    networkInterfaces: () => {
      count += 1;
      if (count > 4) looks.resolve();
      return { ...networkInterfaces(), [`eth${count}`]: [pretended(count)] };
    },
  });
  const announcement = someAnnouncement();
  const witness = listen(onLoopback(), announcement.id);
  await witness.started;
  await steady.start(announcement, { device: () => undefined, error: () => undefined });
  await witness.next('found');
  await looks.promise;
  const late = listen(onLoopback(), announcement.id);
  await late.next('found');
  expect(witness.seen.filter((change) => change !== 'refreshed')).toEqual(['found']);
});

test('when an interface is not there, reports an error, and the others work on', async () => {
  const announcement = someAnnouncement();
  const witness = listen(onLoopback(), announcement.id);
  await witness.started;
  const error = deferred<LanpeerError>();
  await onLoopback({ addresses: () => ['127.0.0.1', '192.0.2.77'] }).start(announcement, {
    device: () => undefined,
    error: error.resolve,
  });
  expect(await error.promise).toMatchObject({ code: 'ERR_DISCOVERY' });
  expect((await error.promise).message).toContain('192.0.2.77');
  await witness.next('found');
});

test('when the choice of addresses throws, reports that error, and tries again when the network changes', async () => {
  let fails = true;
  let count = 0;
  const unknown = new LanpeerError('ERR_INTERFACE_UNKNOWN');
  const announcement = someAnnouncement();
  const error = deferred<LanpeerError>();
  await onLoopback({
    addresses() {
      if (fails) throw unknown;
      return ['127.0.0.1'];
    },
    networkInterfaces: () => ({ ...networkInterfaces(), [`eth${count++}`]: [pretended(count)] }),
  }).start(announcement, { device: () => undefined, error: error.resolve });
  expect(await error.promise).toBe(unknown);
  fails = false;
  await listen(onLoopback(), announcement.id).next('found');
});

test('packets that are no DNS, too long, or speak of nothing whole are counted and change nothing', async () => {
  const discovery = onLoopback();
  const announcement = someAnnouncement();
  const found = deferred<void>();
  await discovery.start(someAnnouncement(), {
    device: (_, { id }) => id === announcement.id && found.resolve(),
    error: () => undefined,
  });
  const before = discovery.stats().malformed;
  const socket = createSocket('udp4');
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
  socket.setMulticastInterface('127.0.0.1');
  const send = (bytes: Buffer): Promise<void> =>
    new Promise((resolve, reject) =>
      socket.send(bytes, 5353, '224.0.0.251', (error) => (error ? reject(error) : resolve())),
    );
  try {
    await send(Buffer.from('not DNS'));
    await send(Buffer.alloc(limits.discovery.packetBytes + 1));
    // A response whose first name points at itself.
    await send(Buffer.from('000084000000000100000000c00c00010001000000780004c0000201', 'hex'));
  } finally {
    socket.close();
  }
  await onLoopback().start(announcement, { device: () => undefined, error: () => undefined });
  // Datagrams on loopback keep their order: when this one is heard, those before were read.
  await found.promise;
  expect(discovery.stats().malformed - before).toBeGreaterThanOrEqual(3);
});

test('when thousands of altered announcements come, still finds a node that announces itself', async () => {
  const socket = createSocket({ type: 'udp4', reuseAddr: true });
  await new Promise<void>((resolve) => socket.bind(5353, resolve));
  socket.addMembership('224.0.0.251', '127.0.0.1');
  socket.setMulticastInterface('127.0.0.1');
  const victim = someAnnouncement();
  const original = new Promise<Buffer>((resolve) => {
    socket.on('message', (bytes) => bytes.includes(victim.id.slice(0, 20)) && resolve(bytes));
  });
  await onLoopback().start(victim, { device: () => undefined, error: () => undefined });
  const bytes = await original;
  const change = fc.record({ at: fc.nat(bytes.length - 1), to: fc.integer({ min: 0, max: 255 }) });
  const alterations = fc.record({ changes: fc.array(change, { minLength: 1, maxLength: 8 }), cut: fc.nat(20) });
  const announcement = someAnnouncement();
  const found = deferred<void>();
  const discovery = onLoopback();
  await discovery.start(someAnnouncement(), {
    device: (_, { id }) => id === announcement.id && found.resolve(),
    error: () => undefined,
  });
  try {
    for (const { changes, cut } of fc.sample(alterations, 2_000)) {
      const altered = Buffer.from(bytes);
      for (const { at, to } of changes) altered[at] = to;
      const sent = altered.subarray(0, altered.length - cut);
      await new Promise<void>((resolve) => socket.send(sent, 5353, '224.0.0.251', () => resolve()));
    }
  } finally {
    socket.close();
  }
  await onLoopback().start(announcement, { device: () => undefined, error: () => undefined });
  await found.promise;
  expect(discovery.stats().malformed).toBeGreaterThan(100);
});

test('a process that stopped discovery, even before it listened, has nothing left and ends by itself', () => {
  const root = fileURLToPath(new URL('../../..', import.meta.url));
  const printed = execFileSync(process.execPath, ['test/support/discovery-process.ts'], {
    cwd: root,
    encoding: 'utf8',
    timeout: 20_000,
  });
  expect(JSON.parse(printed)).toEqual({ atOnce: [], later: [] });
});

function pretended(no: number) {
  const address = `192.0.2.${(no % 250) + 1}`;
  return {
    address,
    netmask: '255.255.255.0',
    cidr: `${address}/24`,
    mac: '02:00:00:00:00:01',
    family: 'IPv4' as const,
    internal: false,
  };
}
