import { describe, expect, it } from 'vitest';
import { limits } from '../../../src/limits.ts';
import { denied, dropped, makeBlockedDevice, type Outcome, rejected } from '../../support/blocked-device.ts';

const minute = 60_000;
const addresses = (count: number): string[] => Array.from({ length: count }, (_, at) => `192.0.2.${at + 1}`);

describe('a device that is heard and cannot be reached', () => {
  const ways: readonly (readonly [string, Outcome, number])[] = [
    ['dropped', dropped, 1],
    ['rejected', rejected, 1],
    ['denied', denied, 1],
    ['unreachable', { code: 'ERR_UNREACHABLE', afterMs: 3_000 }, 1],
    ['busy', { code: 'ERR_BUSY', afterMs: 5 }, 1],
    ['answered with silence', { code: 'ERR_TIMEOUT', afterMs: 7_000 }, 1],
    ['dropped', dropped, 2],
    ['rejected', rejected, 2],
    ['dropped', dropped, 4],
    ['rejected', rejected, 4],
  ];

  it.each(ways)(
    'costs at most 60 dials in 15 minutes, and is not given up: %s, %o, %i addresses',
    async (_, outcome, count) => {
      for (const seed of [1, 2, 3]) {
        const world = await makeBlockedDevice(addresses(count), seed);
        world.outcome = outcome;
        await world.clock.advanceAsync(15 * minute);
        const dials = world.takeDials();
        expect(dials.length).toBeLessThanOrEqual(60);
        expect(new Set(dials.map(({ address }) => address)).size).toBe(count);
        expect(world.changes.some(({ gaveUp }) => gaveUp)).toBe(false);
        // It does not become more, nor does it end.
        await world.clock.advanceAsync(60 * minute);
        expect(world.takeDials().length).toBeGreaterThanOrEqual(45);
        expect(world.changes.filter(({ state }) => state === 'connecting').length).toBeLessThanOrEqual(110);
        expect(world.changes.at(-1)?.gaveUp).toBe(false);
      }
    },
  );

  it('is dialed at once when there is news: another run, port or address', async () => {
    const world = await makeBlockedDevice(addresses(1));
    for (const news of [
      { incarnation: { counter: 2, random: '0'.repeat(16) } },
      { port: 7_002 },
      { addresses: ['192.0.2.1', '192.0.2.9'] },
    ]) {
      await world.clock.advanceAsync(15 * minute);
      world.takeDials();
      world.says(news);
      await world.clock.advanceAsync(1_000);
      const dials = world.takeDials();
      expect(dials.length).toBeGreaterThanOrEqual(1);
      if (news.addresses) expect(dials.map(({ address }) => address)).toContain('192.0.2.9');
    }
  });

  it('is dialed again at once when the news comes during a dial', async () => {
    const world = await makeBlockedDevice(addresses(1));
    await world.clock.advanceAsync(15 * minute);
    for (let turns = 0; world.changes.at(-1)?.state !== 'connecting'; turns += 1) {
      expect(turns).toBeLessThan(200);
      await world.clock.advanceAsync(500);
    }
    world.takeDials();
    world.says({ port: 7_003 });
    await world.clock.advanceAsync(limits.dial.timeoutMs + 2 * limits.connect.headStartMs[1]);
    expect(world.takeDials().map(({ port }) => port)).toContain(7_003);
  });

  it('is not dialed because it says what was known, however often', async () => {
    const world = await makeBlockedDevice(addresses(1));
    await world.clock.advanceAsync(5 * minute);
    world.takeDials();
    for (let second = 0; second < 300; second += 1) {
      world.repeats();
      await world.clock.advanceAsync(1_000);
    }
    expect(world.takeDials().length).toBeLessThanOrEqual(7);
    expect(world.takeQueries()).toBeLessThanOrEqual(20);
  });

  it('is asked for only when nothing was heard for a while', async () => {
    const world = await makeBlockedDevice(addresses(1));
    world.outcome = rejected;
    await world.clock.advanceAsync(15 * minute);
    expect(world.takeQueries()).toBeLessThanOrEqual(25);
  });

  it('is given up only when it is not heard any more, and tried again when it is', async () => {
    const world = await makeBlockedDevice(addresses(1));
    await world.clock.advanceAsync(20 * minute);
    expect(world.changes.some(({ gaveUp }) => gaveUp)).toBe(false);
    world.silent = true;
    await world.clock.advanceAsync(10 * minute);
    expect(world.changes.at(-1)).toMatchObject({ state: 'failed', gaveUp: true, next: null });
    world.takeDials();
    await world.clock.advanceAsync(30 * minute);
    expect(world.takeDials()).toEqual([]);
    world.silent = false;
    await world.clock.advanceAsync(2 * minute);
    expect(world.takeDials().length).toBeGreaterThanOrEqual(1);
    expect(world.changes.at(-1)?.gaveUp).toBe(false);
  });

  it('that was silent when it was asked is dialed as soon as it is heard', async () => {
    const world = await makeBlockedDevice(addresses(1));
    await world.clock.advanceAsync(3 * minute);
    world.silent = true;
    await world.clock.advanceAsync(2 * minute);
    world.silent = false;
    world.takeDials();
    world.repeats();
    await world.clock.advanceAsync(limits.connect.headStartMs[1]);
    expect(world.takeDials()).toHaveLength(1);
  });
});
