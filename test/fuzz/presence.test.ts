import { expect, test } from 'vitest';
import { limits } from '../../src/limits.ts';
import { FrameReader } from '../../src/protocol/frames.ts';
import { readGroupChanges, writeGroupChanges } from '../../src/protocol/presence/group-changes.ts';
import { isGroupName } from '../../src/protocol/presence/group-name.ts';
import { decodeProperties, encodeProperties } from '../../src/protocol/presence/properties.ts';
import { createRecordBuffer } from '../../src/protocol/record-buffer.ts';
import { fuzz, outcomeOf } from './support/fuzz.ts';
import { shapeOf } from './support/shape.ts';

const { propertiesBytes, groups: most, groupNameBytes } = limits.presence;
const deep = JSON.parse(`${'{"a":'.repeat(20)}1${'}'.repeat(20)}`);

test('the properties of a peer', () =>
  fuzz({
    name: 'properties',
    samples: [
      ...[{ role: 'camera', version: 1.5 }, { list: [1, null, true, -0.5, { a: {} }] }, deep].map((one) =>
        Uint8Array.from(encodeProperties(one) ?? []),
      ),
      Uint8Array.of(0xa1, 0x61, 0x62, 0x41, 0),
      Uint8Array.of(0xa0),
      new Uint8Array(),
    ],
    words: [[0xa1, 0x61], [0x41, 0], [0xba, 0, 0, 0x10, 0], [0x9a, 0, 0, 0x10, 0], [0x81], [0xbf], [0xf9, 0, 1], [0xc0]]
      .map((bytes) => Uint8Array.from(bytes))
      .concat(Buffer.from('\x69__proto__')),
    mostBytes: propertiesBytes + 16,
    run: (input) =>
      outcomeOf(
        ['ERR_PROTOCOL'],
        () => decodeProperties(input),
        (properties) => {
          expect(input.byteLength).toBeLessThanOrEqual(propertiesBytes);
          expect(Object.getPrototypeOf(properties)).toBe(Object.prototype);
          // An inspector and a command line show them as JSON.
          expect(JSON.stringify(properties).length).toBeLessThanOrEqual(8 * propertiesBytes);
          return shapeOf(properties);
        },
      ),
  }));

/** The payload of the first frame of these changes. */
function frameOf(names: readonly string[], anew: boolean, room = 16_368): Uint8Array {
  const record = createRecordBuffer(room);
  const changes = names.map((group, at) => ({ group, joins: at % 3 !== 2 }));
  writeGroupChanges(record, changes, anew);
  const frame = new FrameReader(record.view()).next();
  return frame?.kind === 'groups' ? frame.payload.slice() : new Uint8Array();
}

test('the groups of a peer', () =>
  fuzz({
    name: 'groups',
    samples: [
      frameOf(['game', 'Spiel 1', 'ж', '🎲'], true),
      frameOf(['x'.repeat(groupNameBytes)], false),
      frameOf(
        Array.from({ length: most }, (_, no) => `${no}`),
        false,
        600,
      ),
      Uint8Array.of(0),
      new Uint8Array(),
    ],
    words: ['\x01a', '\x81a', '\x40', '\xc0', '\u202e', '\u0000'],
    mostBytes: 4_096,
    // A change of two bytes is an object.
    weight: 512,
    run: (input) =>
      outcomeOf(
        ['ERR_PROTOCOL'],
        () => readGroupChanges(input),
        ({ anew, goesOn, changes }) => {
          expect(changes.length).toBeLessThanOrEqual(2 * most);
          expect(changes.every(({ group }) => isGroupName(group))).toBe(true);
          const joins = changes.filter((one) => one.joins).length;
          return `${anew} ${goesOn} ${Math.ceil(Math.log2(1 + joins))} ${Math.ceil(Math.log2(1 + changes.length - joins))}`;
        },
      ),
  }));
