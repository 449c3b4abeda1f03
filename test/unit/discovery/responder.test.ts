import { expect, test } from 'vitest';
import { serviceType } from '../../../src/adapters/discovery/advertisements.ts';
import { readMessage } from '../../../src/adapters/discovery/dns/message.ts';
import type { Response } from '../../../src/adapters/discovery/responder/packets.ts';
import { ownRecords } from '../../../src/adapters/discovery/responder/records.ts';
import { type Endpoint, Responder } from '../../../src/adapters/discovery/responder/responder.ts';
import { createUnicastRate } from '../../../src/adapters/discovery/responder/unicast-rate.ts';
import { limits } from '../../../src/limits.ts';
import { createVirtualClock } from '../../../src/testing/virtual-clock.ts';
import {
  type Asked,
  compressedQuery,
  query,
  wireName,
  wirePacket,
  wireQuestion,
  wireRecord,
} from '../../support/mdns.ts';

const instance = `abc.${serviceType}`;
const host = 'lanpeer-abc.local';
const types = '_services._dns-sd._udp.local';
const published = [
  { name: serviceType, type: 'PTR', data: instance },
  { name: instance, type: 'SRV', data: { port: 4_000, target: host } },
  { name: instance, type: 'TXT', data: [Buffer.from('v=1'), Buffer.from('id=abc')] },
  { name: types, type: 'PTR', data: serviceType },
  { name: host, type: 'A', data: '198.51.100.1' },
  { name: host, type: 'AAAA', data: 'fe80::1' },
];
const group = 'group';
const asker: Endpoint = { address: '192.0.2.9', port: 5_353 };
const resolver: Endpoint = { address: '192.0.2.9', port: 40_000 };

function make(addresses: readonly string[] = ['192.0.2.1']) {
  const clock = createVirtualClock();
  const sent: { readonly at: number; readonly to: string; readonly response: Response }[] = [];
  const responder = new Responder({
    records: ownRecords(published, addresses),
    clock,
    random: () => 0.5,
    mayAnswer: createUnicastRate(clock),
    send: (response, to) => void sent.push({ at: clock.monotonic(), to: to?.address ?? group, response }),
  });
  return {
    clock,
    responder,
    sent,
    ask(bytes: Buffer, from = asker) {
      const message = readMessage(bytes);
      if (message && message !== 'ignored') responder.query(message, from);
    },
    /** When, to whom, and which types as answers and beside them. */
    said: () =>
      sent.map(({ at, to, response }) => {
        const text = (records: Response['answers']): string => records.map(({ type }) => type).join(' ');
        return [at, to, text(response.answers), text(response.additionals)];
      }),
  };
}

const pointer: Asked = { name: serviceType, type: 'PTR' };
const target = Buffer.concat([Buffer.from([0, 0, 0, 0, 0x0f, 0xa0]), wireName(host)]);
const knownPointer = (ttl: number): Buffer => wireRecord(serviceType, 'PTR', ttl, wireName(instance));

test.each([
  ['the pointer waits, for others have one', pointer, [70, group, 'PTR', 'SRV TXT A NSEC']],
  ['whatever its case', { ...pointer, name: '_LanPeer._TCP.Local' }, [70, group, 'PTR', 'SRV TXT A NSEC']],
  ['of any class', { ...pointer, class: 255 }, [70, group, 'PTR', 'SRV TXT A NSEC']],
  ['the service at once', { name: instance, type: 'SRV' }, [0, group, 'SRV', 'A NSEC']],
  ['all of a name', { name: instance, type: 'ANY' }, [0, group, 'SRV TXT', 'A NSEC']],
  ['the types of service', { name: types, type: 'PTR' }, [70, group, 'PTR', '']],
  ['the address', { name: host, type: 'A' }, [0, group, 'A', 'NSEC']],
  ['an address that there is not', { name: host, type: 'AAAA' }, [0, group, 'NSEC', 'A']],
  ['a type that the service has not', { name: instance, type: 'A' }, [0, group, 'NSEC', '']],
  ['the pointer, by unicast', { ...pointer, unicast: true }, [0, asker.address, 'PTR', 'SRV TXT A NSEC']],
] as const)('a question gets an answer: %s', (_, asked, expected) => {
  const { clock, ask, said } = make();
  ask(query(asked));
  clock.advance(500);
  expect(said()[0]).toEqual(expected.map((part) => (part === '' ? expect.any(String) : part)));
});

test.each([
  ['of another class', query({ ...pointer, class: 3 })],
  ['of another name', query({ name: '_http._tcp.local', type: 'PTR' })],
  ['of a name without its domain', query({ name: 'abc', type: 'ANY' })],
  [
    'of a name with the dots inside of a label',
    wirePacket({
      questions: [
        Buffer.concat([Buffer.from([serviceType.length]), Buffer.from(serviceType), Buffer.from([0, 0, 12, 0, 1])]),
      ],
    }),
  ],
  ['of another type for a name that others share', query({ name: serviceType, type: 'TXT' })],
  ['with another operation code', wirePacket({ flags: 2 << 11, questions: [wireQuestion(pointer)] })],
  ['with a response code', wirePacket({ flags: 3, questions: [wireQuestion(pointer)] })],
])('a question gets no answer: %s', (_, bytes) => {
  const { clock, ask, said } = make();
  ask(bytes);
  ask(bytes, resolver);
  clock.advance(5_000);
  expect(said()).toEqual([]);
});

test('when several queries come at one time, answers them together, and sends no packet within a second of another', () => {
  const { clock, ask, said } = make();
  ask(query(pointer));
  clock.advance(50);
  ask(query({ name: types, type: 'PTR' }));
  clock.advance(50);
  for (let no = 0; no < 1_000; no += 1) ask(query(pointer, { name: host, type: 'AAAA' }));
  ask(compressedQuery(1_400, pointer));
  clock.advance(5_000);
  expect(said()).toEqual([
    [70, group, 'PTR PTR', 'SRV TXT A NSEC'],
    [1_070, group, 'PTR NSEC', 'SRV TXT A'],
  ]);
});

test('when records were announced just before, answers a query a second later', () => {
  const { clock, responder, ask, said } = make();
  responder.announce();
  clock.advance(10);
  ask(query(pointer));
  responder.announce();
  clock.advance(3_000);
  expect(said().map(([at]) => at)).toEqual([0, 1_000]);
});

test('an answer that is known for long enough does not come, one that is about to be forgotten does', () => {
  const { clock, ask, said } = make();
  const known = (...answers: Buffer[]): Buffer => wirePacket({ questions: [wireQuestion(pointer)], answers });
  ask(known(knownPointer(4_500 / 2)));
  ask(
    wirePacket({
      questions: [wireQuestion({ name: instance, type: 'SRV' })],
      answers: [wireRecord(instance.toUpperCase(), 'SRV', 120, target)],
    }),
  );
  ask(wirePacket({ questions: [wireQuestion({ ...pointer, unicast: true })], answers: [knownPointer(4_500)] }));
  clock.advance(5_000);
  expect(said()).toEqual([]);
  ask(known(knownPointer(4_500 / 2 - 1)));
  ask(known(wireRecord(serviceType, 'PTR', 4_500, wireName(`other.${serviceType}`))));
  clock.advance(5_000);
  expect(said().map(([, , answers]) => answers)).toEqual(['PTR']);
});

test('when a query is truncated, waits for more known answers, for each querier by itself', () => {
  const truncated = 0x0200;
  const { clock, ask, said } = make();
  const first = wirePacket({ flags: truncated, questions: [wireQuestion(pointer)] });
  ask(first);
  clock.advance(300);
  ask(wirePacket({ flags: truncated, answers: [wireRecord(serviceType, 'PTR', 4_500, wireName('x.local'))] }));
  clock.advance(300);
  ask(wirePacket({ answers: [knownPointer(4_500)] }));
  clock.advance(5_000);
  expect(said()).toEqual([]);
  // Known answers of another querier do not count for this one.
  ask(first);
  ask(wirePacket({ answers: [knownPointer(4_500)] }), { ...asker, address: '192.0.2.10' });
  clock.advance(449);
  expect(said()).toEqual([]);
  clock.advance(1);
  expect(said().map(([, , answers]) => answers)).toEqual(['PTR']);
});

test('when known answers come without end, or of too many queriers, waits no longer', () => {
  const flags = 0x0200;
  const { clock, ask, said } = make();
  ask(wirePacket({ flags, questions: [wireQuestion(pointer)] }));
  for (let no = 0; no < 20; no += 1) {
    ask(wirePacket({ flags, answers: [wireRecord('x.local', 'PTR', 1, wireName('x'))] }));
    clock.advance(200);
  }
  expect(said().map(([at]) => at)).toEqual([limits.discovery.truncatedMostMs]);
  const begun = clock.monotonic();
  for (let no = 0; no <= limits.discovery.truncatedSources; no += 1)
    ask(wirePacket({ flags, questions: [wireQuestion(pointer)] }), { port: 5_353, address: `198.51.100.${no}` });
  clock.advance(200);
  expect(said()[1]).toEqual([begun + 70, group, 'PTR', 'SRV TXT A NSEC']);
});

test('when a query asks for a unicast response, answers the group as well if caches may have forgotten', () => {
  const { clock, responder, ask, said } = make();
  responder.announce();
  clock.advance(29_000);
  ask(query({ name: instance, type: 'SRV', unicast: true }));
  clock.advance(1_500);
  ask(query({ name: instance, type: 'SRV', unicast: true }));
  clock.advance(1_500);
  expect(said().map(([at, to]) => [at, to])).toEqual([
    [0, group],
    [29_000, asker.address],
    [30_500, asker.address],
    [30_500, group],
  ]);
});

test('no second has more than ten unicast answers to one source, nor more than a hundred to all', () => {
  const clock = createVirtualClock();
  const { unicastPerSecondPerSource, unicastPerSecond } = limits.discovery;
  const mayAnswer = createUnicastRate(clock);
  const given: number[] = [];
  for (let ms = 0; ms < 5_000; ms += 7) {
    if (mayAnswer('192.0.2.9')) given.push(ms);
    clock.advance(7);
  }
  for (const from of given)
    expect(given.filter((at) => at >= from && at < from + 1_000).length).toBeLessThanOrEqual(unicastPerSecondPerSource);
  expect(given.length).toBeGreaterThan(40);
  clock.advance(2_000);
  const some = Array.from({ length: 3 * unicastPerSecond }, (_, no) => mayAnswer(`10.0.${no >> 8}.${no & 255}`));
  expect(some.filter(Boolean)).toHaveLength(unicastPerSecond);
});

test('when a legacy resolver asks, repeats its id and questions, each once, with records that it soon forgets', () => {
  const { ask, sent } = make();
  const packet = query({ name: host.toUpperCase(), type: 'A' }, { name: host, type: 'A' }, pointer, {
    name: 'x.local',
    type: 'A',
  });
  packet.writeUInt16BE(77, 0);
  ask(packet, resolver);
  expect(sent).toHaveLength(1);
  const response = sent[0]?.response;
  expect(response?.id).toBe(77);
  expect(response?.questions?.map(({ name, type }) => [name.toLowerCase(), type])).toEqual([
    [host, 'A'],
    [serviceType, 'PTR'],
  ]);
  for (const { ttl, flush } of [...(response?.answers ?? []), ...(response?.additionals ?? [])])
    expect([ttl <= 10, flush]).toEqual([true, false]);
});

test('when a legacy resolver asks many questions, repeats no more than a few', () => {
  const { ask, sent } = make();
  const asked = (['A', 'AAAA', 'TXT', 'SRV', 'PTR', 'ANY'] as const).map((type) => ({ name: instance, type }));
  ask(query(...asked), resolver);
  expect(sent[0]?.response.questions).toHaveLength(limits.discovery.legacyQuestions);
});

test('when another responder multicast the service type, does not send it again (duplicate answer suppression)', () => {
  const { clock, responder, ask, said } = make();
  ask(query({ name: types, type: 'PTR' }));
  responder.response([{ name: types, type: 'PTR', ttl: 4_500, data: serviceType }]);
  ask(query(pointer));
  responder.response([{ name: serviceType, type: 'PTR', ttl: 4_500, data: instance }]);
  clock.advance(2_000);
  expect(said().map(([, , answers]) => answers)).toEqual(['PTR']);
  expect(said()[0]?.[3]).toContain('SRV');
});

test('many addresses: every packet stays small, and all are told', () => {
  const { clock, responder, sent, ask } = make(
    Array.from({ length: limits.discovery.ownAddresses }, (_, no) => `10.0.0.${no}`),
  );
  responder.announce();
  clock.advance(5_000);
  ask(query({ name: host, type: 'ANY' }, { name: instance, type: 'ANY' }, pointer, { name: types, type: 'PTR' }));
  clock.advance(5_000);
  const told = new Set(
    sent.flatMap(({ response }) => response.answers.filter(({ type }) => type === 'A').map(({ data }) => data)),
  );
  expect(told.size).toBe(limits.discovery.ownAddresses);
  for (const { at } of sent) expect(sent.filter((one) => Math.abs(one.at - at) < 1_000)).toHaveLength(1);
});

test('when it said goodbye, sends nothing that waited', () => {
  const { clock, responder, ask, said } = make();
  ask(query(pointer));
  ask(wirePacket({ flags: 0x0200, questions: [wireQuestion({ name: instance, type: 'SRV' })] }));
  const { answers } = responder.goodbye();
  expect(answers.map(({ type, ttl, flush, name }) => [type, ttl, flush, name])).toEqual([
    ['PTR', 0, false, serviceType],
    ['SRV', 0, true, instance],
    ['TXT', 0, true, instance],
    ['A', 0, true, host],
  ]);
  ask(query(pointer));
  responder.announce();
  clock.advance(5_000);
  expect(said()).toEqual([]);
  expect(clock.pending).toBe(0);
});

test('when a query comes from port 0, to which nothing can be sent, does not answer', () => {
  const { ask, sent, clock } = make();
  clock.advance(5_000);
  const before = sent.length;
  ask(query({ name: serviceType, type: 'PTR' }), { address: '192.0.2.9', port: 0 });
  clock.advance(5_000);
  expect(sent).toHaveLength(before);
});
