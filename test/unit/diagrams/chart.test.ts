import { expect, test } from 'vitest';
import { createMachine, fromPromise } from 'xstate';
import { overviewOf } from '../../../scripts/diagrams/overview.ts';
import { merge, readMachine } from '../../../src/inspector/chart.ts';
import { lamp } from './machine.ts';

const chart = readMachine(lamp);

test('every transition is an edge with its event and its guard', () => {
  expect(chart.edges).toEqual(
    expect.arrayContaining([
      { from: '', to: 'gone', label: 'scrap' },
      { from: 'off', to: 'on', label: 'press [hasPower]\nsay:hi;' },
      { from: 'on', to: 'off', label: 'press\nafter fuse' },
      { from: 'on', to: 'on', label: 'renew' },
      { from: 'on.dim', to: 'on.bright', label: 'always [isDark]' },
      { from: 'on.bright', to: 'on.dim', label: 'less' },
    ]),
  );
  expect(chart.edges).toHaveLength(6);
});

test('states are nested as in the machine, with what does not leave them', () => {
  const [off, on, gone] = chart.root.children;
  expect(chart.root.initial).toBe('off');
  expect(off).toMatchObject({ path: 'off', children: [], isFinal: false });
  expect(on).toMatchObject({ initial: 'dim', internal: ['look'] });
  expect(on?.children.map(({ path }) => path)).toEqual(['on.dim', 'on.bright']);
  expect(gone?.isFinal).toBe(true);
});

test('actors are named, and so is what their end leads to', () => {
  const machine = createMachine({
    id: 'job',
    initial: 'busy',
    states: {
      busy: {
        invoke: { id: 'work', src: fromPromise(() => Promise.resolve()), onDone: 'idle', onError: 'broken' },
      },
      idle: {},
      broken: {},
    },
  });
  const { root, edges } = readMachine(machine);
  expect(root.children[0]?.invokes).toEqual(['work']);
  expect(edges).toEqual([
    { from: 'busy', to: 'idle', label: 'work done' },
    { from: 'busy', to: 'broken', label: 'work failed' },
  ]);
});

test('edges between the same states are merged, without saying a thing twice', () => {
  const edge = { from: 'a', to: 'b' };
  expect(
    merge([
      { ...edge, label: 'x' },
      { ...edge, label: 'y' },
      { ...edge, label: 'x' },
      { from: 'b', to: 'a', label: 'x' },
    ]),
  ).toEqual([
    { ...edge, label: 'x\ny' },
    { from: 'b', to: 'a', label: 'x' },
  ]);
});

test('from far, only the events between top-level states are left', () => {
  const far = overviewOf(chart);
  expect(far.root.children.map(({ path, children }) => [path, children])).toEqual([
    ['off', []],
    ['on', []],
    ['gone', []],
  ]);
  expect(far.edges).toEqual([
    { from: '', to: 'gone', label: 'scrap' },
    { from: 'off', to: 'on', label: 'press\nsay:hi;' },
    { from: 'on', to: 'off', label: 'press\nafter fuse' },
  ]);
});
