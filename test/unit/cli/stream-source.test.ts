import { closeSync, openSync, writeFileSync } from 'node:fs';
import { buffer } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { StreamSources } from '../../../src/cli/stream-source.ts';
import { newFile } from '../../support/directory.ts';

const makeFile = (text: string): string => {
  const file = newFile();
  writeFileSync(file, text);
  return file;
};

test('a file is read, as often as it is named', async () => {
  const sources = new StreamSources();
  const file = makeFile('some bytes');
  for (const open of [sources.take({ file }), sources.take({ file })])
    expect((await buffer(open())).toString()).toBe('some bytes');
});

test('a descriptor is read from where it stands, once', async () => {
  const sources = new StreamSources();
  const fd = openSync(makeFile('some bytes'), 'r');
  const open = sources.take({ fd });
  expect((await buffer(open())).toString()).toBe('some bytes');
  expect(() => sources.take({ fd })).toThrow(/Descriptor \d+ was read by a command before/);
});

test.each([
  [{}, 'ERR_COMMAND'],
  [{ file: '/a', fd: 3 }, 'ERR_COMMAND'],
  [{ file: '/nothing/there' }, 'ERR_FILE'],
  [{ file: '/dev/zero' }, 'ERR_FILE'],
  [{ file: '/' }, 'ERR_FILE'],
  [{ fd: 999_999 }, 'ERR_FILE'],
])('what cannot be read is refused: %j', (source, code) => {
  expect(() => new StreamSources().take(source)).toThrow(expect.objectContaining({ code }));
});

test('a descriptor that is no file and no pipe is refused, and not closed', () => {
  const fd = openSync('/dev/null', 'r');
  expect(() => new StreamSources().take({ fd })).toThrow(expect.objectContaining({ code: 'ERR_FILE' }));
  closeSync(fd);
});
