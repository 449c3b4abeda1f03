import { expect, test } from 'vitest';
import manifest from '../../../package.json' with { type: 'json' };
import { complainOfNode } from '../../../src/cli/node-version.ts';

test.each([
  ['>=22.13', '22.13.0'],
  ['>=22.13', '22.14.1'],
  ['>= 22.13.1', '24.0.0'],
  ['>=22', '22.0.0'],
])('%s is fulfilled by %s', (needed, version) => {
  expect(complainOfNode(needed, version)).toBe(undefined);
});

test.each([
  ['>=22.13', '22.12.9'],
  ['>=22.13', '18.20.8'],
  ['>=22.13.1', '22.13.0'],
  ['>=22.13', '8.17.0'],
])('%s is not fulfilled by %s', (needed, version) => {
  expect(complainOfNode(needed, version)).toBe(
    `lanpeer needs Node ${needed.replace('>=', '>= ')}; this is ${version}. https://nodejs.org has newer ones.`,
  );
});

test('the package says what it needs in that form', () => {
  expect(manifest.engines.node).toMatch(/^>=\s*\d+(\.\d+){0,2}$/);
});
