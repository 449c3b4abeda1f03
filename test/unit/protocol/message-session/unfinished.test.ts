import { describe, expect, it } from 'vitest';
import { limits } from '../../../../src/limits.ts';
import { Unfinished, type UnfinishedShare } from '../../../../src/protocol/message-session/unfinished.ts';

const { idleMs, awayMs, progressLeastBytes, returns } = limits.messages.unfinished;
const mebibyte = 1_048_576;

function setUp(size: number) {
  let time = 0;
  const room = new Unfinished(size, () => time);
  const dropped: string[] = [];
  return {
    room,
    dropped,
    pass(ms: number): void {
      time += ms;
    },
    /** A peer with a link that has begun a message of so many bytes. */
    join(name: string, total: number): UnfinishedShare {
      let [held, due] = [0, 0];
      const share = room.join(() => {
        dropped.push(name);
        share.release(held);
        share.expect(-due);
        [held, due] = [0, 0];
      });
      share.here(true);
      share.expect(total);
      due = total;
      return {
        ...share,
        acquire(bytes) {
          const taken = share.acquire(bytes);
          held += taken ? bytes : 0;
          return taken;
        },
        release(bytes) {
          share.release(bytes);
          held -= bytes;
        },
        expect(bytes) {
          share.expect(bytes);
          due += bytes;
        },
      };
    },
  };
}

describe('the room for unfinished messages', () => {
  it('is one for all, and takes nothing from a peer that goes on', () => {
    const { room, join, dropped, pass } = setUp(100);
    const a = join('a', 60);
    const others = Array.from({ length: 8 }, (_, no) => join(`${no}`, 10));
    expect([a.acquire(60), others.map((one) => one.acquire(10))]).toEqual([
      true,
      [true, true, true, true, false, false, false, false],
    ]);
    pass(idleMs - 1);
    expect([others[7]?.acquire(1), dropped, room.used]).toEqual([false, [], 100]);
    a.release(60);
    a.expect(-60);
    expect(others[7]?.acquire(10)).toBe(true);
  });

  it('lets no message begin that could make all wait for each other for ever', () => {
    const { join } = setUp(100);
    const [a, b] = [join('a', 80), join('b', 80)];
    expect([a.acquire(40), b.acquire(15), b.acquire(10), a.acquire(20), b.acquire(5), a.acquire(20)]).toEqual([
      true,
      true,
      false,
      true,
      true,
      true,
    ]);
  });

  it('is not held by large messages that are only begun', () => {
    const { join, dropped } = setUp(272 * mebibyte);
    for (let no = 0; no < 63; no += 1) join(`${no}`, 128 * mebibyte).acquire(4_500_000);
    expect([join('ordinary', 6_000_000).acquire(6_000_000), dropped]).toEqual([true, []]);
  });

  it('is taken from peers that make no progress, longest idle first', () => {
    const { join, dropped, pass } = setUp(100_000);
    join('b', 40_000).acquire(40_000);
    pass(1);
    join('a', 40_000).acquire(40_000);
    pass(idleMs - 1);
    expect([join('c', 20_000).acquire(20_000), dropped]).toEqual([true, []]);
    const d = join('d', 40_000);
    expect([d.acquire(40_000), dropped]).toEqual([true, ['b']]);
    pass(1);
    expect([join('e', 30_000).acquire(30_000), dropped]).toEqual([true, ['b', 'a']]);
  });

  it('is not kept by a few bytes now and then, nor by one link after another', () => {
    const { join, dropped, pass } = setUp(100);
    const [drips, returning, good, asks] = [join('drips', 30), join('returns', 30), join('good', 40), join('asks', 90)];
    for (const one of [drips, returning]) one.acquire(30);
    good.acquire(40);
    for (let time = 0; time < (2 + returns) * idleMs; time += idleMs / 2) {
      pass(idleMs / 2);
      drips.came(progressLeastBytes / 100);
      returning.here(false);
      returning.here(true);
      good.came(progressLeastBytes);
    }
    expect([asks.acquire(50), dropped.sort()]).toEqual([true, ['drips', 'returns']]);
  });

  it('stays with a peer that is away for a moment, and with one that was refused', () => {
    const { join, dropped, pass } = setUp(100);
    const [away, refused, asks] = [join('away', 50), join('refused', 50), join('asks', 10)];
    away.acquire(50);
    refused.acquire(50);
    away.here(false);
    pass(awayMs - 1);
    refused.refused();
    expect([asks.acquire(10), dropped]).toEqual([false, []]);
    away.here(true);
    pass(1);
    expect([asks.acquire(10), dropped]).toEqual([false, []]);
    away.here(false);
    pass(awayMs);
    refused.refused();
    expect([asks.acquire(10), dropped]).toEqual([true, ['away']]);
  });
});
