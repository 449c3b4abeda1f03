import { expect, test } from 'vitest';
import { serviceType } from '../../../src/adapters/discovery/advertisements.ts';
import { limits } from '../../../src/limits.ts';
import { compressedQuery, query, wireName, wirePacket, wireQuestion, wireRecord } from '../../support/mdns.ts';
import {
  asker,
  createResponderRig,
  group,
  host,
  instance,
  knownPointer,
  pointer,
  target,
  types,
} from '../../support/responder-rig.ts';

test('when several queries come at one time, answers them together, and sends no packet within a second of another', () => {
  const { clock, ask, said } = createResponderRig();
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
  const { clock, responder, ask, said } = createResponderRig();
  responder.announce();
  clock.advance(10);
  ask(query(pointer));
  responder.announce();
  clock.advance(3_000);
  expect(said().map(([at]) => at)).toEqual([0, 1_000]);
});

test('an answer that is known for long enough does not come, one that is about to be forgotten does', () => {
  const { clock, ask, said } = createResponderRig();
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
  const { clock, ask, said } = createResponderRig();
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
  const { clock, ask, said } = createResponderRig();
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

test('when another responder multicast the service type, does not send it again (duplicate answer suppression)', () => {
  const { clock, responder, ask, said } = createResponderRig();
  ask(query({ name: types, type: 'PTR' }));
  responder.response([{ name: types, type: 'PTR', ttl: 4_500, data: serviceType }]);
  ask(query(pointer));
  responder.response([{ name: serviceType, type: 'PTR', ttl: 4_500, data: instance }]);
  clock.advance(2_000);
  expect(said().map(([, , answers]) => answers)).toEqual(['PTR']);
  expect(said()[0]?.[3]).toContain('SRV');
});
