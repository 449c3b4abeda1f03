import { networkInterfaces } from 'node:os';
import { expect, test } from 'vitest';
import { readInterfaces } from '../../../src/util/interfaces.ts';

test('gives the interfaces of this machine', () => {
  expect(readInterfaces()).toEqual(networkInterfaces());
});

test('when they cannot be read, gives those of the time before', () => {
  const before = readInterfaces(() => ({ eth0: [] }));
  const after = readInterfaces(() => {
    throw new Error('EMFILE');
  });
  expect([before, after]).toEqual([{ eth0: [] }, { eth0: [] }]);
});
