import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { filter, firstValueFrom, take, timeout, timer, toArray } from 'rxjs';
import { afterEach, describe, expect, test } from 'vitest';
import { type LanpeerNode, limits, makeNetworkKey } from '../../../src/index.ts';
import { deviceIdOf } from '../../../src/protocol/device-id.ts';
import { networkTag, parseNetworkKey } from '../../../src/protocol/network-key.ts';
import { openBlackHole } from '../../support/black-hole.ts';
import { makeDirectory, makeKeyFile, startNode } from '../../support/cli.ts';
import { announcementOf, type Forger, goodbyeOf, openForger } from '../../support/forged-mdns.ts';
import { heapBytes } from '../../support/heap.ts';
import { startMessageStream } from '../../support/message-stream.ts';
import { addressOf, connect, hasPeer, isUpgraded, makeNode, nextChange, recordChanges } from '../../support/nodes.ts';

const forgers = new Set<Forger>();

afterEach(() => {
  for (const forger of forgers) forger.close();
  forgers.clear();
});

async function forge(source: string): Promise<Forger> {
  const forger = await openForger(source);
  forgers.add(forger);
  return forger;
}

const inventedId = (): string => deviceIdOf(randomBytes(32));
const later = (): { readonly counter: number; readonly random: string } => ({
  counter: Date.now() + 1_000_000,
  random: randomBytes(8).toString('hex'),
});
const sum = (counts: Readonly<Record<string, number>>): number => Object.values(counts).reduce((a, b) => a + b, 0);
const pause = (ms: number): Promise<unknown> => firstValueFrom(timer(ms));

/** A line of the dial log: an address that did not lead to the peer. */
interface Dialed {
  readonly id: string;
  readonly address: string;
  readonly code: string;
}

/** Members of one network on loopback, and their dial log. */
function makeNetwork(networkKey = makeNetworkKey()) {
  const dialed: Dialed[] = [];
  const nothing = (): void => undefined;
  const logger = {
    debug: (fields: object) => void ('address' in fields && dialed.push(fields as Dialed)),
    info: nothing,
    warn: nothing,
    error: nothing,
  };
  return {
    dialed,
    tag: networkTag(parseNetworkKey(networkKey)),
    make: (name: string): LanpeerNode => makeNode({ name, access: { networkKey }, discovery: true, logger }),
  };
}

/** Nodes that are connected over WebRTC, two of them with messages flowing both ways; the third has the lowest id or the highest. */
async function startTalkers({ networkKey, rank = 'lowest' }: { networkKey?: string; rank?: string } = {}) {
  const network = makeNetwork(networkKey);
  const nodes = ['one', 'other', 'third'].map(network.make);
  await Promise.all(nodes.map((node) => node.start()));
  await Promise.all(
    nodes.flatMap((node) => nodes.filter((each) => each !== node).map((each) => isUpgraded(node, each.id))),
  );
  const [third, one, other] = nodes.sort((a, b) => (a.id < b.id === (rank === 'lowest') ? -1 : 1));
  if (!one || !other || !third) throw new Error('three nodes were made');
  const changes = [
    { seen: recordChanges(one), peer: other.id },
    { seen: recordChanges(other), peer: one.id },
  ];
  const flows = [startMessageStream(one, other), startMessageStream(other, one)];
  return {
    ...network,
    one,
    other,
    third,
    /** The link is the same as ever, and every message came once and in order. */
    async expectUntouched() {
      // What comes of the attack must have had the time to show.
      await Promise.all(flows.map((flow) => flow.more(200)));
      expect(changes.flatMap(({ seen, peer }) => seen.filter(({ id }) => id === peer))).toEqual([]);
      for (const flow of flows) {
        const { sent, received, fates } = await flow.stop();
        expect(received).toEqual(sent);
        expect([...fates]).toEqual(['delivered']);
      }
    },
  };
}

/** The device of that id as the node hears of it next. */
const nextDevice = (node: LanpeerNode, id: string, change?: string) =>
  firstValueFrom(
    node.deviceEvents$.pipe(
      filter((event) => event.device.id === id && (change === undefined || event.change === change)),
      timeout(5_000),
    ),
  );

test.each(['lowest', 'highest'])(
  '10,000 invented devices: links, caps, memory, and a newcomer with the %s id is let in',
  { timeout: 60_000 },
  async (rank) => {
    // With two dials each they leave room for others, as three machines of a network would.
    const sources = ['127.0.0.21', '127.0.0.22', '127.0.0.23'];
    const hole = await openBlackHole(sources);
    try {
      const { one, other, third, tag, expectUntouched } = await startTalkers({ rank });
      await third.stop();
      const before = heapBytes();
      let mostDevices = 0;
      let mostConnections = 0;
      function watch(node: LanpeerNode): void {
        node.devices$.subscribe(({ size }) => {
          mostDevices = Math.max(mostDevices, size);
        });
        node.connections$.subscribe(() => {
          mostConnections = Math.max(mostConnections, sum(node.stats().connections));
        });
      }
      watch(one);
      watch(other);
      let sent = 0;
      async function flood(sender: Forger): Promise<void> {
        for (let turn = 0; turn < 334 && sent < 10_000; turn += 1) {
          const devices = Array.from({ length: 10 }, () => ({ id: inventedId(), port: hole.port, networkTag: tag }));
          // One to a packet as honest ones would come, and as many as fit.
          const packets =
            turn % 2 === 0 ? devices.map((device) => announcementOf(device)) : [announcementOf(...devices)];
          for (const packet of packets) await sender.send(packet);
          sent += devices.length;
          // Under the rate that all are allowed, so that the table has to bear it and not the bucket.
          await pause(10);
        }
      }
      // Hearsay has half of the places.
      const full = firstValueFrom(
        one.connections$.pipe(filter(() => sum(one.stats().connections) > limits.peers.default / 2)),
      );
      async function newcome(): Promise<{ readonly tookMs: number; readonly during: boolean }> {
        await full;
        const begun = performance.now();
        await third.start();
        watch(third);
        await Promise.all([one, other].flatMap((node) => [hasPeer(node, third.id), hasPeer(third, node.id)]));
        return { tookMs: performance.now() - begun, during: sent < 10_000 };
      }
      const senders = await Promise.all(sources.map(forge));
      const [newcomer] = await Promise.all([newcome(), ...senders.map(flood)]);
      expect(sent).toBeGreaterThanOrEqual(10_000);
      expect(newcomer.during).toBe(true);
      expect(newcomer.tookMs).toBeLessThan(5_000);
      await expectUntouched();
      expect(one.stats().discovery.packets).toBeGreaterThan(5_000);
      expect(mostDevices).toBe(limits.discovery.devices);
      expect(mostConnections).toBeGreaterThan(limits.peers.default / 2);
      expect(mostConnections).toBeLessThanOrEqual(limits.peers.default / 2 + 2);
      expect(hole.mostOpen).toBeGreaterThanOrEqual(sources.length * limits.dial.perSource);
      expect(hole.mostOpen).toBeLessThanOrEqual(3 * sources.length * limits.dial.perSource);
      expect(heapBytes() - before).toBeLessThan(32 * 1_048_576);
    } finally {
      await hole.close();
    }
  },
);

test('when any devices are announced, keeps the limit of dials at once', async () => {
  const { atOnce, idleTimes, perSource } = limits.dial;
  // More than enough to fill the places for dials, those beside silent ones as well.
  const sources = Array.from({ length: (2 * atOnce * idleTimes) / perSource }, (_, at) => `127.0.0.${21 + at}`);
  const hole = await openBlackHole(sources);
  try {
    const { make, tag } = makeNetwork();
    const node = make('alone');
    await node.start();
    const senders = await Promise.all(sources.map(forge));
    // More than one round of dials: those that follow must not come on top.
    const rounds = firstValueFrom(
      node.connections$.pipe(
        filter(({ state, code }) => state === 'failed' && code !== null),
        take(2 * atOnce * idleTimes),
        toArray(),
        timeout(25_000),
      ),
    );
    for (let no = 0; no < 10; no += 1)
      for (const sender of senders)
        await sender.send(announcementOf({ id: inventedId(), port: hole.port, networkTag: tag }));
    await rounds;
    expect(hole.taken).toBeGreaterThanOrEqual(2 * atOnce);
    expect(hole.mostOpen).toBeGreaterThan(atOnce);
    expect(hole.mostOpen).toBeLessThanOrEqual(atOnce * idleTimes);
    expect(sum(node.stats().connections)).toBe(limits.peers.default / 2);
  } finally {
    await hole.close();
  }
});

test('a goodbye in the name of a live peer changes nothing but the list of devices', async () => {
  const { one, other, tag, expectUntouched } = await startTalkers();
  const stranger = await forge('127.0.0.51');
  const impostor = await forge('127.0.0.1');
  const lost: string[] = [];
  one.deviceEvents$.subscribe(({ change, device }) => change === 'lost' && lost.push(device.id));
  const fence = inventedId();
  const fenced = nextDevice(one, fence);
  for (let no = 0; no < 20; no += 1) await stranger.send(goodbyeOf(other.id, other.port));
  await stranger.send(announcementOf({ id: fence, port: 9, networkTag: tag }));
  await fenced;
  expect(lost).toEqual([]);
  const gone = nextDevice(one, other.id, 'lost');
  for (let no = 0; no < 20; no += 1) await impostor.send(goodbyeOf(other.id, other.port));
  await gone;
  await expectUntouched();
});

describe('announcements in the name of a peer', () => {
  test('while it is connected: the link stays', async () => {
    const { one, other, third, tag, expectUntouched } = await startTalkers();
    const hole = await openBlackHole(['127.0.0.31']);
    try {
      const [far, near] = await Promise.all(['127.0.0.31', '127.0.0.1'].map(forge));
      for (const [sender, port] of [
        [far, hole.port],
        [near, third.port],
        [near, 9],
      ] as const) {
        const heard = firstValueFrom(
          one.devices$.pipe(
            filter((devices) => devices.get(other.id)?.port === port),
            timeout(5_000),
          ),
        );
        for (let no = 0; no < 30; no += 1) {
          const forged = { id: other.id, port, networkTag: tag, incarnation: later(), addresses: ['203.0.113.9'] };
          await sender?.send(announcementOf(forged));
          await pause(5);
        }
        expect((await heard).get(other.id)?.incarnation.counter).toBeGreaterThan(Date.now());
      }
      await expectUntouched();
      // No node dials a peer that is connected; the device itself looks for a copy of it, once in a while.
      expect(hole.taken).toBeLessThanOrEqual(2);
    } finally {
      await hole.close();
    }
  });

  test.each(['SIGKILL', 'SIGTERM'] as const)(
    'after %s: when dials reach other devices, connects again at once',
    { timeout: 60_000 },
    async (signal) => {
      const keyFile = await makeKeyFile();
      const state = await makeDirectory();
      const { one, other, tag, dialed, expectUntouched } = await startTalkers({
        networkKey: (await readFile(keyFile, 'utf8')).trim(),
      });
      const first = await startNode({ keyFile, state });
      await hasPeer(one, first.id);
      const reasons: string[] = [];
      one.connections$.subscribe(({ id, reason }) => id === first.id && reasons.push(reason));
      const [far, near] = await Promise.all(['127.0.0.31', '127.0.0.1'].map(forge));
      let forging = true;
      // One address without a host, one where another member of the network answers.
      const forgery = (async () => {
        while (forging) {
          const forged = { id: first.id, networkTag: tag, incarnation: later() };
          await far?.send(announcementOf({ ...forged, port: 9 }));
          await near?.send(announcementOf({ ...forged, port: other.port }));
          await pause(100);
        }
      })();
      const down = nextChange(one, ({ id, state }) => id === first.id && (state === 'failed' || state === 'closed'));
      first.cli.kill(signal);
      await first.cli.exited;
      await down;
      const before = dialed.length;
      await firstValueFrom(
        timer(0, 20).pipe(
          filter(() =>
            dialed.slice(before).some(({ id, code }) => id === first.id && code === 'ERR_IDENTITY_MISMATCH'),
          ),
          timeout(10_000),
        ),
      );
      const second = await startNode({ keyFile, state });
      const begun = performance.now();
      await hasPeer(one, second.id);
      expect(performance.now() - begun).toBeLessThan(5_000);
      forging = false;
      await forgery;
      expect(second.id).toBe(first.id);
      expect(reasons).not.toContain('denied');
      await expectUntouched();
      // Nor does the one that was met think worse of the caller.
      await one.disconnect(other.id);
      await connect(one, other);
      expect((await one.connect(addressOf(other))).id).toBe(other.id);
    },
  );
});

test('a member that comes back at another port is met at once, whatever one forger says of its id', async () => {
  const hole = await openBlackHole(['127.0.0.31']);
  const keyFile = await makeKeyFile();
  const state = await makeDirectory();
  const { make, tag } = makeNetwork((await readFile(keyFile, 'utf8')).trim());
  const one = make('one');
  await one.start();
  const first = await startNode({ keyFile, state });
  await hasPeer(one, first.id);
  const far = await forge('127.0.0.31');
  let forging = true;
  const incarnation = { counter: 2 ** 53 - 1, random: 'f'.repeat(16) };
  const forgery = (async () => {
    for (let no = 0; forging; no += 1) {
      // Silent listeners, ports where nothing listens, its goodbye: each time something new.
      const port = no % 3 === 0 ? hole.port : 40_000 + (no % 1_000);
      await far.send(announcementOf({ id: first.id, networkTag: tag, incarnation, port }));
      if (no % 7 === 0) await far.send(goodbyeOf(first.id, port));
      await pause(25);
    }
  })();
  try {
    const down = nextChange(one, ({ id, state: is }) => id === first.id && is === 'failed');
    first.cli.kill('SIGKILL');
    await first.cli.exited;
    await down;
    const second = await startNode({ keyFile, state });
    const begun = performance.now();
    await hasPeer(one, second.id);
    expect(performance.now() - begun).toBeLessThan(2_000);
  } finally {
    forging = false;
    await forgery;
    await hole.close();
  }
});

test('one address that forged announcements name is called a few times a second, and never at the ports of services', async () => {
  const { perTarget } = limits.dial;
  const hole = await openBlackHole(['127.0.0.61']);
  const { make, tag, dialed } = makeNetwork();
  const node = make('alone');
  await node.start();
  const sources = Array.from({ length: 20 }, (_, at) => `127.0.0.${100 + at}`);
  const senders = await Promise.all(sources.map(forge));
  const begun = performance.now();
  try {
    for (let turn = 0; turn < 20; turn += 1) {
      for (const [at, sender] of senders.entries()) {
        const port = at % 4 === 0 ? [22, 25, 80, 161][turn % 4] : hole.port;
        await sender.send(
          announcementOf({ id: inventedId(), port: port ?? 22, networkTag: tag, addresses: ['127.0.0.61'] }),
        );
      }
      await pause(200);
    }
    const seconds = (performance.now() - begun) / 1_000;
    expect(hole.taken).toBeLessThanOrEqual(perTarget.burst + perTarget.perSecond * (seconds + 1));
    expect(new Set(dialed.map((one) => 'port' in one && Number(one.port) < 1_024))).not.toContain(true);
  } finally {
    await hole.close();
  }
});

test('addresses outside the interfaces are never dialed, whatever records say', async () => {
  const { one, other, tag, dialed, expectUntouched } = await startTalkers();
  const sender = await forge('127.0.0.41');
  const ids = new Set(Array.from({ length: 10 }, inventedId));
  const failed = [one, other].map((node) =>
    firstValueFrom(
      node.connections$.pipe(
        // Every address of a device has been tried by then.
        filter(({ id, state }) => state === 'failed' && ids.has(id)),
        take(ids.size),
        toArray(),
        timeout(15_000),
      ),
    ),
  );
  for (const id of ids)
    await sender.send(
      announcementOf({ id, port: 40_009, networkTag: tag, addresses: ['203.0.113.1', '203.0.113.77', '10.9.8.7'] }),
    );
  await Promise.all(failed);
  const about = dialed.filter(({ id }) => ids.has(id));
  expect(new Set(about.map(({ address }) => address))).toEqual(new Set(['127.0.0.41']));
  const known = [...(await firstValueFrom(one.devices$)).values()].filter(({ id }) => ids.has(id));
  expect(known).toHaveLength(ids.size);
  expect(new Set(known.flatMap(({ addresses }) => addresses))).toEqual(new Set(['127.0.0.41']));
  await expectUntouched();
});
