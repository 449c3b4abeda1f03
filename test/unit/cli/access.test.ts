import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readAccess } from '../../../src/cli/access.ts';
import { newDirectory } from '../../support/directory.ts';

const nothing = { keyFile: undefined, allow: undefined, open: false };

function fileWith(text: string): string {
  const directory = newDirectory();
  mkdirSync(directory, { recursive: true });
  const file = join(directory, 'key');
  writeFileSync(file, text);
  return file;
}

test('the key is in a file or in the environment; the file comes first', async () => {
  const keyFile = fileWith('  from-file\n');
  const environment = { LANPEER_KEY: ' from-environment\n' };
  expect(await readAccess({ ...nothing, keyFile }, environment)).toEqual({ networkKey: 'from-file' });
  expect(await readAccess(nothing, environment)).toEqual({ networkKey: 'from-environment' });
  expect(await readAccess({ ...nothing, allow: ['a'] }, environment)).toEqual({
    networkKey: 'from-environment',
    allow: ['a'],
  });
  expect(await readAccess({ ...nothing, open: true }, environment)).toBe('open');
});

test('an empty key file is not the same as no key, an empty variable is', async () => {
  const keyFile = fileWith('\n');
  expect(await readAccess({ ...nothing, keyFile, allow: ['a'] }, {})).toEqual({ networkKey: '', allow: ['a'] });
  expect(await readAccess({ ...nothing, allow: ['a'] }, { LANPEER_KEY: '' })).toEqual({ allow: ['a'] });
});

test('nobody is let in by accident', async () => {
  const refused = (code: string) => expect.objectContaining({ code });
  await expect(readAccess(nothing, {})).rejects.toEqual(refused('ERR_ACCESS_REQUIRED'));
  await expect(readAccess(nothing, { LANPEER_KEY: ' ' })).rejects.toEqual(refused('ERR_ACCESS_REQUIRED'));
  await expect(readAccess({ ...nothing, open: true, allow: ['a'] }, {})).rejects.toEqual(refused('ERR_USAGE'));
  await expect(readAccess({ ...nothing, keyFile: '/nonexistent/key' }, {})).rejects.toEqual(refused('ERR_USAGE'));
});
