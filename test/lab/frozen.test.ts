import { expect, test } from 'vitest';
import { freezeUnderLoad } from '../support/frozen-receiver.ts';
import { long, seen } from './support/lab.ts';

/** The second is a dial that meets nobody; with the waits between them, six take more than a minute. */
const failures = long ? 6 : 2;

test(`a receiver that is frozen while ${failures - 1} dials fail fills no memory, and gets everything after it`, async () => {
  const begun = performance.now();
  await freezeUnderLoad(failures);
  const seconds = (performance.now() - begun) / 1_000;
  seen(`a receiver frozen under full sending: ${failures} failures, ${seconds.toFixed(0)} s`);
  expect(seconds).toBeLessThan(300);
}, 330_000);
