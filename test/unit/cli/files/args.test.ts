import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import { parseCommand } from '../../../../src/cli/args/command.ts';
import { codeOf } from '../../../support/code-of.ts';

const parse = (...args: readonly string[]) => parseCommand(args, {});

test('send takes files and folders, or standard input alone', () => {
  const target = { prefix: 'desk' };
  expect(parse('send', 'desk', 'a', 'b/')).toMatchObject({
    send: { target, files: { paths: ['a', 'b/'], as: undefined } },
  });
  expect(parse('send', 'desk', '-', '--as', 'log.txt')).toMatchObject({
    send: { target, files: { paths: ['-'], as: 'log.txt' } },
  });
  expect(parse('send', 'desk', '--', '-')).toMatchObject({ send: { files: { paths: ['-'] } } });
  expect(parse('send', 'desk', '--', '--text')).toMatchObject({ send: { files: { paths: ['--text'] } } });
  expect(parse('send', 'desk', '--text', 'hi')).toMatchObject({ send: { target, text: 'hi' } });
});

test('receive takes a folder', () => {
  expect(parse('receive')).toMatchObject({ receive: { folder: resolve('.'), yes: false, once: false } });
  expect(parse('receive', 'in', '--yes', '--once')).toMatchObject({
    receive: { folder: resolve('in'), yes: true, once: true },
  });
});

test('an empty text is wrong', () => {
  expect(codeOf(() => parse('send', 'desk', '--text', ''))).toBe('ERR_USAGE');
});

test.each([
  ['send'],
  ['send desk'],
  ['send desk - a'],
  ['send desk a --as b'],
  ['send desk a --text b'],
  ['send desk --yes a'],
  ['receive a b'],
  ['receive --as b'],
])('%j is wrong', (line) => {
  expect(codeOf(() => parse(...line.split(' ')))).toBe('ERR_USAGE');
});
