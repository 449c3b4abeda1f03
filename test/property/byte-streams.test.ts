import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createCreditPool } from '../../src/protocol/byte-stream/credit-pool.ts';
import { mirrored } from '../../src/protocol/byte-stream/frame-types.ts';
import { type StreamEnd, StreamPair, type StreamSide } from '../support/byte-stream-pair.ts';

const side = fc.constantFrom('a' as const, 'b' as const);
const step = fc.oneof(
  { weight: 6, arbitrary: fc.record({ do: fc.constant('write' as const), end: fc.nat(7), bytes: fc.nat(40_000) }) },
  { weight: 6, arbitrary: fc.record({ do: fc.constant('read' as const), end: fc.nat(7) }) },
  {
    weight: 8,
    arbitrary: fc.record({ do: fc.constant('pull' as const), side, size: fc.integer({ min: 6_000, max: 16_368 }) }),
  },
  { weight: 8, arbitrary: fc.record({ do: fc.constant('arrive' as const), side }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('flow' as const) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('open' as const), side }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('finish' as const), end: fc.nat(7) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('reset' as const), end: fc.nat(7) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('stop' as const), end: fc.nat(7) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('carrier' as const), side, late: fc.boolean() }) },
);

const reason = { kind: 'aborted', code: '', text: 'enough' } as const;

/** What a program writes to each end, and whether it ended it. */
class Model {
  readonly pair = new StreamPair(createCreditPool(400_000)).attach();
  readonly ends: StreamEnd[] = [];
  readonly sides = new Map<StreamEnd, StreamSide>();
  readonly written = new Map<StreamEnd, number[]>();
  readonly finished = new Set<StreamEnd>();
  readonly reset = new Set<StreamEnd>();
  readonly stopped = new Set<StreamEnd>();
  /** Records that are on a carrier which was replaced and is not dead yet. */
  readonly late: { readonly to: StreamSide; readonly records: Uint8Array[] }[] = [];
  #next = 0;

  constructor() {
    for (const one of [this.pair.a, this.pair.b]) {
      const accept = one.onOpen;
      one.onOpen = (stream) => {
        accept(stream);
        const end = one.opened.at(-1);
        if (end) this.#add(end, one);
      };
    }
    for (const which of ['a', 'b', 'a'] as const) this.run({ do: 'open', side: which });
    this.pair.settle();
  }

  #add(end: StreamEnd, of: StreamSide): void {
    this.sides.set(end, of);
    this.ends.push(end);
    this.written.set(end, []);
  }

  at(index: number): StreamEnd | undefined {
    return this.ends[index % Math.max(1, this.ends.length)];
  }

  other(one: StreamSide): StreamSide {
    return one === this.pair.a ? this.pair.b : this.pair.a;
  }

  run(one: typeof step extends fc.Arbitrary<infer Step> ? Step : never): void {
    switch (one.do) {
      case 'open': {
        const from = this.pair[one.side];
        if (from.streams.hasRoom) this.#add(from.open(), from);
        return;
      }
      case 'write': {
        const end = this.at(one.end);
        if (!end || this.finished.has(end) || this.reset.has(end)) return;
        const bytes = Uint8Array.from({ length: one.bytes }, () => (this.#next = (this.#next * 7 + 3) % 251));
        const taken = end.stream.outgoing.write(bytes);
        for (const byte of bytes.subarray(0, taken)) this.written.get(end)?.push(byte);
        return;
      }
      case 'finish': {
        const end = this.at(one.end);
        if (!end || this.reset.has(end) || this.finished.has(end)) return;
        this.finished.add(end);
        end.stream.outgoing.finish();
        return;
      }
      case 'reset': {
        const end = this.at(one.end);
        if (!end) return;
        this.reset.add(end);
        end.stream.outgoing.reset(reason);
        return;
      }
      case 'stop': {
        const end = this.at(one.end);
        if (!end) return;
        this.stopped.add(end);
        end.stream.incoming.stop(reason);
        return;
      }
      case 'read':
        this.at(one.end)?.read();
        return;
      case 'pull':
        this.pair[one.side].pull(one.size);
        return;
      case 'arrive': {
        const from = this.pair[one.side];
        const late = this.late.find(({ to, records }) => to !== from && records.length > 0);
        const record = late?.records.shift() ?? from.carrier?.shift();
        if (record) this.other(from).receive(record);
        return;
      }
      case 'flow':
        this.pair.settle();
        return;
      case 'carrier': {
        const from = this.pair[one.side];
        if (one.late && from.carrier) this.late.push({ to: this.other(from), records: from.carrier });
        from.attach();
      }
    }
  }

  settle(): void {
    // What was under way on a carrier that was replaced arrives late, or never.
    this.pair.settle();
    for (let turn = 0; turn < 40; turn += 1) {
      for (const end of this.ends) {
        this.run({ do: 'finish', end: this.ends.indexOf(end) });
        end.readAll();
      }
      this.pair.settle();
    }
  }
}

describe('byte streams of a pair of sessions', () => {
  test('carry every byte once and in order over any number of carriers, and both sides forget what is over', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 120 }), (steps) => {
        const model = new Model();
        for (const one of steps) model.run(one);
        model.settle();
        const opposite = (end: StreamEnd): StreamEnd | undefined =>
          model.ends.find(
            (one) => one.stream.number === mirrored(end.stream.number) && model.sides.get(one) !== model.sides.get(end),
          );
        for (const end of model.ends) {
          const reader = opposite(end);
          expect(reader).toBeDefined();
          if (!reader) continue;
          const written = model.written.get(end) ?? [];
          const got = reader.bytes;
          expect(got.equals(Buffer.from(written.slice(0, got.length)))).toBe(true);
          const isCut = model.reset.has(end) || model.stopped.has(reader);
          if (!isCut) {
            expect(got.length).toBe(written.length);
            expect(reader.isAtEnd).toBe(true);
            expect(end.sentAs).toBe('read');
          }
          expect(end.stream.outgoing.read).toBeLessThanOrEqual(got.length);
        }
        expect(model.pair.a.streams.size).toBe(0);
        expect(model.pair.b.streams.size).toBe(0);
      }),
      { numRuns: 150 },
    );
  });
});
