import { expect, test } from 'vitest';
import { createPacketRate } from '../../../src/adapters/discovery/rate.ts';
import { limits } from '../../../src/limits.ts';
import { createVirtualClock } from '../../../src/testing/virtual-clock.ts';

const { packetsPerSecond, packetsPerSecondPerSource, burstSeconds, rateSources } = limits.discovery;
const count = (times: number, admit: () => boolean): number =>
  Array.from({ length: times }, admit).filter((passed) => passed).length;

test('one source has its burst, then its rate, and takes nothing from others', () => {
  const clock = createVirtualClock();
  const admit = createPacketRate(clock, () => false);
  const burst = packetsPerSecondPerSource * burstSeconds;
  expect(count(burst + 50, () => admit('192.0.2.1'))).toBe(burst);
  expect(count(10, () => admit('192.0.2.2'))).toBe(10);
  clock.advance(1_000);
  expect(count(1_000, () => admit('192.0.2.1'))).toBe(packetsPerSecondPerSource);
  clock.advance(3_600_000);
  expect(count(1_000, () => admit('192.0.2.1'))).toBe(burst);
});

test('all sources together are capped, the exempt ones only so', () => {
  const clock = createVirtualClock();
  const admit = createPacketRate(clock, (source) => source === '127.0.0.1');
  const burst = packetsPerSecond * burstSeconds;
  expect(count(burst - 1, () => admit('127.0.0.1'))).toBe(burst - 1);
  let no = 0;
  expect(count(50, () => admit(`192.0.2.${no++}`))).toBe(1);
  clock.advance(1_000);
  expect(count(2 * packetsPerSecond, () => admit('127.0.0.1'))).toBe(packetsPerSecond);
});

test('over the cap on sources the quietest is forgotten', () => {
  const clock = createVirtualClock();
  const admit = createPacketRate(clock, () => false);
  const burst = packetsPerSecondPerSource * burstSeconds;
  count(burst, () => admit('first'));
  expect(admit('first')).toBe(false);
  for (let no = 1; no < rateSources; no += 1) admit(`source ${no}`);
  clock.advance(10);
  expect(admit('first')).toBe(false);
  for (let no = 1; no <= rateSources; no += 1) admit(`source ${no}`);
  clock.advance(60_000);
  expect(count(burst, () => admit('first'))).toBe(burst);
});
