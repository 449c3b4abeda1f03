import { writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { readIfThere } from '../../../src/adapters/identity/files.ts';
import { limits } from '../../../src/limits.ts';
import { forLog } from '../../../src/node/monitoring/refusals.ts';
import { placeOf } from '../../../src/util/thrown.ts';
import { newFile } from '../../support/directory.ts';

test('when a text from outside is longer than its cap, a log line has the beginning of it', () => {
  expect(forLog('x'.repeat(2 * limits.logStringChars))).toBe('x'.repeat(limits.logStringChars));
});

test('when the stack of an error is long, looks through the beginning of it', () => {
  const { stackChars } = limits.thrown;
  const after = (chars: number): string | undefined => placeOf({ stack: `${'x'.repeat(chars)}\n    at place` });
  expect([after(stackChars / 2), after(stackChars)]).toEqual(['place', undefined]);
});

test('when a file of the state directory is longer than its cap, does not read it', async () => {
  const file = newFile();
  const { fileBytes } = limits.state;
  writeFileSync(file, 'x'.repeat(fileBytes));
  expect(await readIfThere(file)).toHaveLength(fileBytes);
  writeFileSync(file, 'x'.repeat(fileBytes + 1));
  await expect(readIfThere(file)).rejects.toThrow('longer');
});
