import fc from 'fast-check';
import { expect, it } from 'vitest';
import { limits } from '../../src/limits.ts';
import { readGroupChanges } from '../../src/protocol/presence/group-changes.ts';
import { noGroups } from '../../src/protocol/presence/presence.ts';
import { PresenceReceiver } from '../../src/protocol/presence/presence-receiver.ts';
import { decodeProperties, encodeProperties } from '../../src/protocol/presence/properties.ts';
import { codeOf } from '../support/code-of.ts';
import { PresencePair } from '../support/presence-pair.ts';

type Step =
  | { readonly do: 'say'; readonly properties: Readonly<Record<string, unknown>>; readonly groups: readonly string[] }
  | { readonly do: 'write'; readonly capacity: number }
  | { readonly do: 'link' | 'cut' | 'restart' | 'deliver' | 'take' };

/** Few names, so that groups are left and joined again, and long ones, so that not all fit into a record. */
const group = fc.integer({ min: 0, max: 9 }).map((no) => `${no}`.repeat(no < 5 ? 1 : 64));
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('say' as const),
      properties: fc.dictionary(fc.string({ maxLength: 4 }), fc.jsonValue({ maxDepth: 1 }), { maxKeys: 3 }),
      groups: fc.uniqueArray(group, { maxLength: 10 }),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constant('write' as const), capacity: fc.integer({ min: 300, max: 600 }) }),
  },
  { weight: 3, arbitrary: fc.record({ do: fc.constantFrom('deliver' as const, 'take' as const) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('link' as const) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constantFrom('cut' as const, 'restart' as const) }) },
);

function act(pair: PresencePair, one: Step): void {
  switch (one.do) {
    case 'say':
      pair.own = {
        properties: encodeProperties(one.properties),
        groups: one.groups.length === 0 ? noGroups : new Set(one.groups),
      };
      return;
    case 'write':
      pair.write(one.capacity);
      return;
    case 'take':
      pair.receiver.take();
      return;
    default:
      pair[one.do]();
  }
}

it('once quiet, the receiver has what the sender says, whatever links broke and whoever started again', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60, size: 'max' }), (steps) => {
      const pair = new PresencePair();
      for (const one of steps) act(pair, one);
      pair.link();
      pair.settle(600);
      const { properties, groups } = pair.receiver.current;
      const said = pair.own.properties;
      expect(properties).toStrictEqual(said ? decodeProperties(said) : {});
      expect(groups).toEqual(pair.own.groups);
    }),
  );
});

it('a change of groups is taken whole: what is taken is something that the sender was at some time', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60, size: 'max' }), (steps) => {
      const pair = new PresencePair();
      const known = new Set(['']);
      const name = (groups: ReadonlySet<string>): string => [...groups].sort().join();
      for (const one of steps) {
        act(pair, one);
        known.add(name(pair.own.groups));
        expect(known).toContain(name(pair.receiver.current.groups));
      }
    }),
  );
});

it('refuses all bytes that it does not take with ERR_PROTOCOL, and keeps what it had', () => {
  const kind = fc.constantFrom('groups' as const, 'properties' as const);
  fc.assert(
    fc.property(fc.array(fc.record({ kind, payload: fc.uint8Array({ maxLength: 200 }) })), (frames) => {
      const receiver = new PresenceReceiver();
      for (const frame of frames) {
        const before = receiver.current;
        const code = codeOf(() => {
          receiver.receive(frame);
          receiver.take();
        });
        expect([undefined, 'ERR_PROTOCOL']).toContain(code);
        if (code !== undefined) expect(receiver.current).toBe(before);
        expect(receiver.current.groups.size).toBeLessThanOrEqual(limits.presence.groups);
      }
    }),
  );
});

it('reads no more changes than a node can make at once', () => {
  const joins = (count: number) => Buffer.concat([Buffer.from([0]), Buffer.from('\x01a'.repeat(count))]);
  const most = 2 * limits.presence.groups;
  expect(readGroupChanges(joins(most)).changes).toHaveLength(most);
  expect(codeOf(() => readGroupChanges(joins(most + 1)))).toBe('ERR_PROTOCOL');
});
