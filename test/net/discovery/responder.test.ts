import { randomBytes } from 'node:crypto';
import { afterEach, expect, test } from 'vitest';
import { serviceType } from '../../../src/adapters/discovery/advertisements.ts';
import { bonjourDiscovery } from '../../../src/adapters/discovery/bonjour-discovery.ts';
import { createVirtualClock } from '../../../src/testing/virtual-clock.ts';
import { someAnnouncement } from '../../support/discovery.ts';
import {
  type Asked,
  compressedQuery,
  type MdnsPeer,
  openMdns,
  query,
  type WireMessage,
  wirePacket,
  wireRecord,
} from '../../support/mdns.ts';

const made = new Set<{ readonly close: () => unknown }>();

afterEach(async () => {
  await Promise.all([...made].map(({ close }) => close()));
  made.clear();
});

async function open(port?: number, source?: string): Promise<MdnsPeer> {
  const peer = await openMdns(port, '127.0.0.1', source);
  made.add(peer);
  return peer;
}

/** A node that announces itself, in a time of its own, and a listener that heard it. */
async function start() {
  const peer = await open();
  const clock = createVirtualClock();
  const announcement = someAnnouncement();
  const discovery = bonjourDiscovery({ addresses: () => ['127.0.0.1'], clock, random: Math.random });
  made.add({ close: () => discovery.stop() });
  await discovery.start(announcement, { device: () => undefined, error: () => undefined });
  await peer.came(announcement.id, 1);
  return { id: announcement.id, instance: `${announcement.id}.${serviceType}`, peer, discovery, clock };
}

const pointer: Asked = { name: serviceType, type: 'PTR' };
const brief = ({ answers, additionals }: WireMessage): string[] =>
  [...answers, ...additionals].map(({ type, flush }) => `${String(type)}${flush ? ' flush' : ''}`);

/** What was sent before this is read. */
async function turns(): Promise<void> {
  for (let turn = 0; turn < 10; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}

/** Everything that was sent to the group so far was heard by that peer. */
async function fence(peer: MdnsPeer): Promise<void> {
  const mark = `fence-${randomBytes(8).toString('hex')}`;
  await peer.send(wirePacket({ flags: 0x8400, answers: [wireRecord(mark, 'A', 120, Buffer.from([127, 0, 0, 1]))] }));
  await peer.came(mark, 1);
}

const many = (asked: readonly Asked[], packets = 10_000 / asked.length): Buffer[] =>
  Array.from({ length: packets }, () => query(...asked));

function mixed(instance: string): Asked[] {
  return [
    pointer,
    { ...pointer, unicast: true },
    { name: instance, type: 'SRV' },
    { name: instance, type: 'AAAA', unicast: true },
    { name: '_services._dns-sd._udp.local', type: 'ANY' },
  ];
}

test.each([
  ['in seven packets, by compression pointers', () => Array.from({ length: 7 }, () => compressedQuery(1_429, pointer))],
  ['in as many packets', () => many([pointer])],
  ['in as many packets, by unicast', () => many([{ ...pointer, unicast: true }])],
  ['of every kind', (instance: string) => many(mixed(instance))],
])('10,000 questions in a second, %s: two answers to the group, ten to each asker', async (_, packetsOf) => {
  const { id, instance, peer, clock } = await start();
  // The answer to its own first question comes a second after its announcement.
  clock.advance(1_200);
  await turns();
  const asker = await open();
  const resolver = await open(0, '127.0.0.61');
  await fence(peer);
  const before = peer.about(id).length;
  const packets = packetsOf(instance);
  const perTurn = Math.ceil(packets.length / 100);
  for (let at = 0; at < packets.length; at += perTurn) {
    const some = packets.slice(at, at + perTurn);
    await Promise.all(some.flatMap((packet) => [asker.send(packet), resolver.send(packet)]));
    await turns();
    clock.advance(Math.floor(900 / Math.ceil(packets.length / perTurn)));
  }
  // Until all that waits is sent, and before the next question of its own is answered.
  clock.advance(3_300 - 2_100);
  await turns();
  await fence(peer);
  const group = peer.about(id).slice(before);
  expect(group.length).toBeGreaterThanOrEqual(1);
  expect(group.length).toBeLessThanOrEqual(2);
  // Of two sockets at port 5353 the later one gets what is sent to this machine alone.
  const own = asker.about(id).length - group.length;
  expect(own).toBeLessThanOrEqual(10);
  expect(resolver.about(id).length).toBeGreaterThanOrEqual(1);
  expect(resolver.about(id).length).toBeLessThanOrEqual(10);
  for (const { bytes } of [...asker.about(id), ...resolver.about(id)]) expect(bytes).toBeLessThanOrEqual(1_472);
});

test('when a legacy resolver asks, repeats its question, and sends no long TTL and no cache flush', async () => {
  const { id, instance } = await start();
  const resolver = await open(0);
  const packet = query({ name: instance.toUpperCase(), type: 'SRV' });
  packet.writeUInt16BE(4_711, 0);
  await resolver.send(packet);
  const [answer] = await resolver.came(id, 1);
  expect(answer).toMatchObject({
    id: 4_711,
    flags: 0x8400,
    questions: [{ name: instance.toUpperCase(), type: 'SRV', class: 1 }],
  });
  expect(answer && brief(answer)).toEqual(['SRV', 'A', 'NSEC']);
  for (const { ttl } of [...(answer?.answers ?? []), ...(answer?.additionals ?? [])])
    expect(ttl).toBeLessThanOrEqual(10);
});

test('flushes unique records in announcements, answers and goodbyes, and keeps the shared service type', async () => {
  const { id, instance, peer, discovery } = await start();
  const [announced] = peer.about(id);
  expect(announced && brief(announced)).toEqual(['PTR', 'SRV flush', 'TXT flush', 'PTR', 'A flush', 'NSEC flush']);
  const resolver = await open();
  await resolver.send(query({ name: instance, type: 'TXT', unicast: true }));
  for (let count = 1; ; count += 1) {
    const answer = (await resolver.came(id, count)).at(-1);
    if (answer?.answers[0]?.type !== 'TXT') continue;
    expect(brief(answer)).toEqual(['TXT flush']);
    break;
  }
  const before = peer.about(id).length;
  await discovery.stop();
  const bye = (await peer.came(id, before + 1)).at(-1);
  expect(bye && brief(bye)).toEqual(['PTR', 'SRV flush', 'TXT flush', 'A flush']);
  expect(bye?.answers.map(({ ttl }) => ttl)).toEqual([0, 0, 0, 0]);
  expect(bye?.answers.every(({ name }) => name !== '_services._dns-sd._udp.local')).toBe(true);
});
