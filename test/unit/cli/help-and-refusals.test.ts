import { expect, test } from 'vitest';
import { parseCommand } from '../../../src/cli/args/command.ts';

const parse = (line: string) => parseCommand(line.split(' '), {});

test('help and version', () => {
  for (const line of ['--help', '-h', 'help']) expect(parse(line)).toEqual({ command: 'help', topic: undefined });
  expect(parse('help help')).toEqual({ command: 'help', topic: undefined });
  for (const line of [
    'run --help',
    'help run',
    '--help run',
    '-h run',
    'run -h',
    'run --port 1 --help',
    '--help --json run',
  ])
    expect(parse(line)).toEqual({ command: 'help', topic: 'run' });
  expect(parse('--version')).toEqual({ command: 'version' });
});

test('what stands behind -- asks for no help', () => {
  expect(parse('send desk -- --help -h')).toMatchObject({ send: { files: { paths: ['--help', '-h'] } } });
});

test.each([
  ['peers --wait', '--wait needs a value.'],
  ['peers --wait --json', '--wait needs a value; one that begins with a dash is written --wait=VALUE.'],
  ['peers --json=x', '--json takes no value.'],
  ['peers x', 'What is x? This command has options only.'],
  ['peers --jsn', 'There is no option --jsn. Did you mean --json?'],
])('%s: %s', (line, message) => {
  expect(() => parse(line)).toThrow(expect.objectContaining({ code: 'ERR_USAGE', message }));
});
