import { expect, test } from 'vitest';
import { limits } from '../../../../src/limits.ts';
import { createMemoryNetwork } from '../../../../src/testing/index.ts';
import { timeoutOption } from '../../../../src/validation/options.ts';
import { codeOf } from '../../../support/code-of.ts';

const { leastItems, mostItems } = limits.messages;

test('takes as few and as many values in a message as allowed, no fewer and no more', () => {
  const network = createMemoryNetwork();
  const codeWith = (maxMessageItems: number) =>
    codeOf(() => network.createNode({ access: { open: true }, maxMessageItems }));
  expect([leastItems - 1, leastItems, mostItems, mostItems + 1].map(codeWith)).toEqual([
    'ERR_OPTION',
    undefined,
    undefined,
    'ERR_OPTION',
  ]);
});

test('takes a time that a timer can wait for, or none at all, and none that is longer', () => {
  const codeWith = (ms: number) => codeOf(() => timeoutOption('timeoutMs', ms));
  expect([limits.timerMs, Number.POSITIVE_INFINITY, limits.timerMs + 1].map(codeWith)).toEqual([
    undefined,
    undefined,
    'ERR_OPTION',
  ]);
});
