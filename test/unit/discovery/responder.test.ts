import { expect, test } from 'vitest';
import { serviceType } from '../../../src/adapters/discovery/advertisements.ts';
import { limits } from '../../../src/limits.ts';
import { query, wirePacket, wireQuestion } from '../../support/mdns.ts';
import {
  asker,
  createResponderRig,
  group,
  host,
  instance,
  pointer,
  resolver,
  types,
} from '../../support/responder-rig.ts';

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
  const { clock, ask, said } = createResponderRig();
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
  const { clock, ask, said } = createResponderRig();
  ask(bytes);
  ask(bytes, resolver);
  clock.advance(5_000);
  expect(said()).toEqual([]);
});

test('many addresses: every packet stays small, and all are told', () => {
  const { clock, responder, sent, ask } = createResponderRig(
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
  const { clock, responder, ask, said } = createResponderRig();
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
  const { ask, sent, clock } = createResponderRig();
  clock.advance(5_000);
  const before = sent.length;
  ask(query({ name: serviceType, type: 'PTR' }), { address: '192.0.2.9', port: 0 });
  clock.advance(5_000);
  expect(sent).toHaveLength(before);
});
