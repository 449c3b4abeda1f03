import { expect, test } from 'vitest';
import { serviceType } from '../../../src/adapters/discovery/advertisements.ts';
import { createUnicastRate } from '../../../src/adapters/discovery/responder/unicast-rate.ts';
import { limits } from '../../../src/limits.ts';
import { createVirtualClock } from '../../../src/testing/virtual-clock.ts';
import { query } from '../../support/mdns.ts';
import { asker, createResponderRig, group, host, instance, pointer, resolver } from '../../support/responder-rig.ts';

test('when a query asks for a unicast response, answers the group as well if caches may have forgotten', () => {
  const { clock, responder, ask, said } = createResponderRig();
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
  const { ask, sent } = createResponderRig();
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
  const { ask, sent } = createResponderRig();
  const asked = (['A', 'AAAA', 'TXT', 'SRV', 'PTR', 'ANY'] as const).map((type) => ({ name: instance, type }));
  ask(query(...asked), resolver);
  expect(sent[0]?.response.questions).toHaveLength(limits.discovery.legacyQuestions);
});
