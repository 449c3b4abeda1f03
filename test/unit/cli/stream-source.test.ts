import { execFileSync } from 'node:child_process';
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
  const sources = new StreamSources(new Set());
  const file = makeFile('some bytes');
  for (const open of [sources.take({ file }), sources.take({ file })])
    expect((await buffer(open())).toString()).toBe('some bytes');
});

test('a descriptor is read from where it stands, once', async () => {
  const fd = openSync(makeFile('some bytes'), 'r');
  const sources = new StreamSources(new Set([fd]));
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
  expect(() => new StreamSources(new Set([999_999])).take(source)).toThrow(expect.objectContaining({ code }));
});

test('a descriptor that is no file and no pipe is refused, and not closed', () => {
  const fd = openSync('/dev/null', 'r');
  expect(() => new StreamSources(new Set([fd])).take({ fd })).toThrow(expect.objectContaining({ code: 'ERR_FILE' }));
  closeSync(fd);
});

test('a descriptor that this process opened itself is refused, and so is a pipe that it writes', () => {
  const file = makeFile('mine');
  const pipe = `${file}.pipe`;
  execFileSync('mkfifo', [pipe]);
  const [own, both, reader, writer] = [
    openSync(file, 'r'),
    openSync(pipe, 'r+'),
    openSync(pipe, 'r'),
    openSync(pipe, 'w'),
  ];
  const take = (inherited: readonly number[], fd: number) => new StreamSources(new Set(inherited)).take({ fd });
  const refused = expect.objectContaining({ message: expect.stringContaining('none that this process was started') });
  expect(() => take([both], own)).toThrow(refused);
  expect(() => take([reader, writer], reader)).toThrow(refused);
  expect(() => take([writer], writer)).toThrow(refused);
  // A shell gives both names of what it substitutes for a process.
  expect(take([both, reader], reader)).toBeTypeOf('function');
  for (const fd of [own, both, reader, writer]) closeSync(fd);
});
