import { describe, expect, it } from 'vitest';
import { createUnfinished, type UnfinishedShare } from '../../../src/protocol/unfinished.ts';

function setUp(size: number) {
  const room = createUnfinished(size);
  const dropped: string[] = [];
  return {
    room,
    dropped,
    join(name: string): UnfinishedShare & { readonly held: number } {
      let held = 0;
      const share = room.join(() => {
        dropped.push(name);
        share.give(held);
        held = 0;
      });
      share.here(true);
      return {
        ...share,
        take(bytes) {
          const taken = share.take(bytes);
          held += taken ? bytes : 0;
          return taken;
        },
        get held() {
          return held;
        },
      };
    },
  };
}

describe('the room for unfinished messages', () => {
  it('is one for all', () => {
    const { room, join } = setUp(100);
    const [a, b] = [join('a'), join('b')];
    expect([a.take(50), b.take(50), b.take(1), room.used]).toEqual([true, true, false, 100]);
    a.give(10);
    expect([b.take(10), room.used]).toEqual([true, 100]);
  });

  it('is taken first from who is away, longest first', () => {
    const { dropped, join } = setUp(100);
    const [a, b, c, d] = [join('a'), join('b'), join('c'), join('d')];
    for (const one of [a, b, c]) one.take(30);
    b.here(false);
    a.here(false);
    expect([d.take(20), dropped]).toEqual([true, ['b']]);
    expect([d.take(50), dropped, c.held]).toEqual([true, ['b', 'a'], 30]);
    c.here(false);
    c.here(true);
    expect(d.take(1)).toBe(false);
  });

  it('is taken from the greediest where all are there, and not by the greediest', () => {
    const { dropped, join } = setUp(100);
    const [a, b, c] = [join('a'), join('b'), join('c')];
    a.take(60);
    b.take(40);
    expect([a.take(1), dropped]).toEqual([false, []]);
    expect([c.take(20), dropped, b.held]).toEqual([true, ['a'], 40]);
  });
});
