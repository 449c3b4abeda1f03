import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readAccess } from '../../../src/cli/access.ts';
import { newDirectory } from '../../support/directory.ts';

const nothing = { keyFiles: undefined, allow: undefined, open: false, deny: undefined, askKey: false, trust: false };

function fileWith(text: string | Uint8Array, mode = 0o600): string {
  const directory = newDirectory();
  mkdirSync(directory, { recursive: true });
  const file = join(directory, 'key');
  writeFileSync(file, text, { mode });
  return file;
}

test('the key is in a file or in the environment; the file comes first', async () => {
  const keyFile = fileWith('  from-file\n');
  const environment = { LANPEER_KEY: ' from-environment\n' };
  expect(await readAccess({ ...nothing, keyFiles: [keyFile] }, environment)).toEqual({ networkKey: 'from-file' });
  expect(await readAccess(nothing, environment)).toEqual({ networkKey: 'from-environment' });
  expect(await readAccess({ ...nothing, allow: ['a'] }, environment)).toEqual({
    networkKey: 'from-environment',
    allow: ['a'],
  });
  expect(await readAccess({ ...nothing, open: true }, environment)).toBe('open');
});

test('an empty key file is not the same as no key, an empty variable is', async () => {
  const keyFile = fileWith('\n');
  expect(await readAccess({ ...nothing, keyFiles: [keyFile], allow: ['a'] }, {})).toEqual({
    networkKey: '',
    allow: ['a'],
  });
  expect(await readAccess({ ...nothing, allow: ['a'] }, { LANPEER_KEY: '' })).toEqual({ allow: ['a'] });
});

test('without a key and without open access, refuses to run', async () => {
  const refused = (code: string) => expect.objectContaining({ code });
  await expect(readAccess(nothing, {})).rejects.toEqual(refused('ERR_ACCESS_REQUIRED'));
  await expect(readAccess(nothing, { LANPEER_KEY: ' ' })).rejects.toEqual(refused('ERR_ACCESS_REQUIRED'));
  await expect(readAccess({ ...nothing, open: true, allow: ['a'] }, {})).rejects.toEqual(refused('ERR_USAGE'));
  await expect(readAccess({ ...nothing, keyFiles: ['/nonexistent/key'] }, {})).rejects.toEqual(refused('ERR_USAGE'));
});

test('a key file that others may read is used with a warning that says what to do', async () => {
  const warnings: string[] = [];
  const warn = (text: string): void => void warnings.push(text);
  for (const mode of [0o600, 0o400]) await readAccess({ ...nothing, keyFiles: [fileWith('key', mode)] }, {}, warn);
  expect(warnings).toEqual([]);
  for (const mode of [0o644, 0o640, 0o604]) {
    const keyFile = fileWith('key', mode);
    expect(await readAccess({ ...nothing, keyFiles: [keyFile] }, {}, warn)).toEqual({ networkKey: 'key' });
    expect(warnings.pop()).toBe(
      `warning: others may read ${keyFile}, and with it the network key: chmod 600 makes it private.`,
    );
  }
});

test('several keys stand in several files, or in one, a line each', async () => {
  const [one, two] = [fileWith('first\n\n  second  \r\n'), fileWith('third')];
  expect(await readAccess({ ...nothing, keyFiles: [one, two] }, {})).toEqual({
    networkKey: ['first', 'second', 'third'],
  });
  expect(await readAccess({ ...nothing, keyFiles: [two, one] }, {})).toEqual({
    networkKey: ['third', 'first', 'second'],
  });
  expect(await readAccess(nothing, { LANPEER_KEY: 'first\nsecond\n' })).toEqual({ networkKey: ['first', 'second'] });
  // One of several that is empty is damaged as well.
  expect(await readAccess({ ...nothing, keyFiles: [two, fileWith('')] }, {})).toEqual({ networkKey: ['third', ''] });
});

test('no more is read than a key can be', async () => {
  await expect(readAccess({ ...nothing, keyFiles: ['/dev/zero'] }, {})).rejects.toMatchObject({ code: 'ERR_USAGE' });
  await expect(readAccess({ ...nothing, keyFiles: [fileWith('x'.repeat(20_000))] }, {})).rejects.toMatchObject({
    message: expect.stringMatching(/too long/),
  });
});

test('a key file may be what a Windows shell made of it', async () => {
  const utf16 = Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from('key\r\n', 'utf16le')]);
  expect(await readAccess({ ...nothing, keyFiles: [fileWith(utf16)] }, {})).toEqual({ networkKey: 'key' });
  expect(await readAccess({ ...nothing, keyFiles: [fileWith('\ufeffkey\r\n')] }, {})).toEqual({ networkKey: 'key' });
});

test('some are kept out, whatever lets the others in', async () => {
  const deny = ['a', 'b'];
  expect(await readAccess({ ...nothing, open: true, deny }, {})).toEqual({ open: true, deny });
  expect(await readAccess({ ...nothing, allow: ['a', 'c'], deny }, {})).toEqual({ allow: ['a', 'c'], deny });
  expect(await readAccess({ ...nothing, deny }, { LANPEER_KEY: 'key' })).toEqual({ networkKey: 'key', deny });
  expect(await readAccess({ ...nothing, keyFiles: [fileWith('k\nl')], allow: ['c'], deny }, {})).toEqual({
    networkKey: ['k', 'l'],
    allow: ['c'],
    deny,
  });
  await expect(readAccess({ ...nothing, deny }, {})).rejects.toMatchObject({ code: 'ERR_ACCESS_REQUIRED' });
});
