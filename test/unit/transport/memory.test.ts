import { describe, expect, it } from 'vitest';
import { createMemoryTransportNetwork, type MemoryTransportNetwork } from '../../../src/adapters/transport/memory.ts';
import { recordLink } from '../../../src/testing/compliance/transport-pair.ts';
import { createVirtualClock, type VirtualClock } from '../../../src/testing/virtual-clock.ts';

const address = '127.0.0.1';

interface Rig {
  readonly clock: VirtualClock;
  readonly network: MemoryTransportNetwork;
}

function rig(options: { delayMs?: number; jitterMs?: number; random?: () => number } = {}): Rig {
  const clock = createVirtualClock();
  return { clock, network: createMemoryTransportNetwork({ clock, ...options }) };
}

function join({ network }: Rig) {
  const a = recordLink(network.transport('a'), 'offerer', address);
  const b = recordLink(network.transport('b'), 'answerer', address);
  return { a, b };
}

/** Moves time on and carries the signals that fall due, so that nothing here waits. */
function negotiate({ clock }: Rig, { a, b }: ReturnType<typeof join>): void {
  clock.advance(0);
  b.link.signal(a.bodies[0]);
  clock.advance(0);
  a.link.signal(b.bodies[0]);
  clock.advance(10);
}

function opened(one: Rig) {
  const ends = join(one);
  negotiate(one, ends);
  expect([ends.a.count('open'), ends.b.count('open')]).toEqual([1, 1]);
  return ends;
}

const numbers = (records: readonly Uint8Array[]) => records.map(({ 0: first }) => first);

describe('in-memory transport network', () => {
  it('delivers after its delay, not before', () => {
    const one = rig({ delayMs: 5 });
    const { a, b } = opened(one);
    a.link.send(Uint8Array.of(1));
    expect(a.link.bufferedAmount).toBe(1);
    one.clock.advance(4);
    expect(b.records).toHaveLength(0);
    one.clock.advance(1);
    expect(numbers(b.records)).toEqual([1]);
    expect(a.link.bufferedAmount).toBe(0);
  });

  it('keeps the order under jitter, and does the same for the same random source', () => {
    const traces = [1, 2].map(() => {
      let seed = 1;
      const random = () => {
        seed = (seed * 48_271) % 2_147_483_647;
        return seed / 2_147_483_647;
      };
      const one = rig({ delayMs: 1, jitterMs: 50, random });
      const { a, b } = opened({ ...one, clock: one.clock });
      const trace: string[] = [];
      for (let no = 0; no < 20; no += 1) a.link.send(Uint8Array.of(no));
      while (b.records.length < 20 && one.clock.step()) trace.push(`${one.clock.monotonic()}:${b.records.length}`);
      expect(numbers(b.records)).toEqual(Array.from({ length: 20 }, (_, no) => no));
      return trace;
    });
    expect(traces[0]).toEqual(traces[1]);
    expect(new Set(traces[0]?.map((step) => step.split(':')[0])).size).toBeGreaterThan(3);
  });

  it('keeps what is sent over a cut and delivers it after the heal', () => {
    const one = rig();
    const { a, b } = opened(one);
    one.network.cut('a', 'b');
    a.link.send(Uint8Array.of(1));
    b.link.send(Uint8Array.of(2));
    one.clock.advance(60_000);
    expect([a.records, b.records]).toEqual([[], []]);
    expect(a.link.bufferedAmount).toBe(1);
    one.network.heal('a', 'b');
    one.clock.advance(1);
    expect([numbers(a.records), numbers(b.records)]).toEqual([[2], [1]]);
  });

  it('silences one way only', () => {
    const one = rig();
    const { a, b } = opened(one);
    one.network.silence('a', 'b');
    a.link.send(Uint8Array.of(1));
    b.link.send(Uint8Array.of(2));
    one.clock.advance(60_000);
    expect([numbers(a.records), numbers(b.records)]).toEqual([[2], []]);
  });

  it('holds what is under way when the cut comes', () => {
    const one = rig({ delayMs: 5 });
    const { a, b } = opened(one);
    a.link.send(Uint8Array.of(1));
    one.clock.advance(3);
    one.network.cut('a', 'b');
    one.clock.advance(100);
    expect(b.records).toEqual([]);
    one.network.heal('b');
    one.clock.advance(0);
    expect(numbers(b.records)).toEqual([1]);
  });

  it('heals nothing but what it was asked to', () => {
    const one = rig();
    const { a, b } = opened(one);
    one.network.cut('a', 'b');
    one.network.heal('a', 'c');
    one.network.heal('c');
    a.link.send(Uint8Array.of(1));
    one.clock.advance(100);
    expect(b.records).toEqual([]);
    one.network.heal();
    one.clock.advance(100);
    expect(numbers(b.records)).toEqual([1]);
  });

  it('does not tell of a close over a cut, as a lost abort', () => {
    const one = rig();
    const { a, b } = opened(one);
    one.network.silence('a', 'b');
    void a.link.close();
    one.clock.advance(100);
    expect(b.error).toBeUndefined();
  });

  it('does not open over a cut, and opens after the heal', () => {
    const one = rig();
    const ends = join(one);
    one.network.cut('a', 'b');
    negotiate(one, ends);
    expect([ends.a.count('negotiated'), ends.a.count('open'), ends.b.count('open')]).toEqual([1, 0, 0]);
    one.network.heal();
    one.clock.advance(10);
    expect([ends.a.count('open'), ends.b.count('open')]).toEqual([1, 1]);
  });

  it('takes links between two nodes down on both sides and leaves others', () => {
    const one = rig();
    const { a, b } = opened(one);
    const other = opened(one);
    one.network.takeDown('c', 'a');
    expect(a.error).toBeUndefined();
    one.network.takeDown('b', 'a');
    for (const end of [a, b, other.a, other.b]) expect(end.error?.code).toBe('ERR_TRANSPORT');
    expect(one.network.open).toBe(0);
  });

  it('stalls as many links as it was told to: negotiated, never open, on neither side', () => {
    const one = rig();
    one.network.stall('a');
    const ends = join(one);
    negotiate(one, ends);
    one.clock.advance(600_000);
    expect([ends.a.count('negotiated'), ends.a.count('open'), ends.b.count('open')]).toEqual([1, 0, 0]);
    opened(one);
  });

  it('fails as many links as it was told to, after open() has returned', () => {
    const one = rig();
    one.network.failNext('a', 2);
    for (const _ of [1, 2]) {
      const { a } = join(one);
      expect(a.error).toBeUndefined();
      one.clock.advance(0);
      expect(a.error?.code).toBe('ERR_TRANSPORT');
      expect(a.bodies).toEqual([]);
    }
    opened(one);
  });

  it('leaves no timer and no end behind when all are closed', () => {
    const one = rig();
    const { a, b } = opened(one);
    a.link.send(Uint8Array.of(1));
    void a.link.close();
    void b.link.close();
    one.clock.advance(1);
    expect(one.clock.pending).toBe(0);
    expect(one.network.open).toBe(0);
  });
});
