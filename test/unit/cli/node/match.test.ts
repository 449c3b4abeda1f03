import { expect, test } from 'vitest';
import { meant } from '../../../../src/cli/node/match.ts';

const id = (beginning: string): string => beginning.padEnd(52, 'a');
const all = [
  { id: id('desk'), name: 'Büro' },
  { id: id('b2'), name: 'desk' },
  { id: id('b3'), name: 'Desk 2' },
  { id: id('b4'), name: 'BÜRO 2' },
];
const of = (prefix: string): readonly string[] => meant({ prefix }, all).map((one) => one.id.slice(0, 2));

test.each([
  [id('b3'), ['b3'], 'the very id'],
  ['desk', ['b2'], 'the very name before an id that begins like that'],
  ['DESK', ['b2'], 'the name in other cases before what begins like it'],
  ['des', ['de', 'b2', 'b3'], 'all that begin like that'],
  ['b', ['de', 'b2', 'b3', 'b4'], 'ids and names'],
  ['bu\u0308ro 2', ['b4'], 'the same letters in another normal form'],
  ['esk', [], 'nothing in the middle'],
])('%s means %j: %s', (prefix, expected) => {
  expect(of(prefix)).toEqual(expected);
});

test('of two with the same name both are meant', () => {
  const twins = [
    { id: id('a2'), name: 'desk' },
    { id: id('a3'), name: 'desk' },
  ];
  expect(meant({ prefix: 'desk' }, twins)).toEqual(twins);
});
