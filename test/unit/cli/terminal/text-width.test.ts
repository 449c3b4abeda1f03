import { expect, test } from 'vitest';
import {
  expandTabs,
  fitText,
  padText,
  splitGraphemes,
  widthOf,
  wrapLine,
} from '../../../../src/cli/terminal/text-width.ts';

test.each([
  ['desk', 4],
  ['Zoë', 3],
  ['e\u0301', 1],
  ['漢字', 4],
  ['👩‍🔬', 2],
  ['🇩🇪', 2],
  ['☀️', 2],
  ['☀', 1],
  ['\u200d\u200c', 0],
  ['', 0],
])('%j takes %i columns', (text, width) => {
  expect(widthOf(text)).toBe(width);
});

test('characters are what people count', () => {
  expect(splitGraphemes('e\u0301👩‍🔬x')).toEqual(['e\u0301', '👩‍🔬', 'x']);
});

test('text that is too long is cut between characters', () => {
  expect(fitText('desk', 4)).toBe('desk');
  expect(fitText('desktop', 4)).toBe('des…');
  expect(fitText('漢字漢字', 4)).toBe('漢…');
  expect(fitText('desk', 0)).toBe('');
  expect(padText('漢', 4)).toBe('漢  ');
  expect(padText('desk', 2)).toBe('desk');
});

test('tabs go to the next eighth column', () => {
  expect(expandTabs('a\tb\t\tc')).toBe(`a${' '.repeat(7)}b${' '.repeat(15)}c`);
});

test('lines are broken behind blanks where they can be, else anywhere, and lose nothing but blanks', () => {
  expect(wrapLine('one two three', 8)).toEqual(['one two', 'three']);
  expect(wrapLine('one abcdefghij k', 4)).toEqual(['one', 'abcd', 'efgh', 'ij k']);
  expect(wrapLine('漢字漢字漢', 5)).toEqual(['漢字', '漢字', '漢']);
  expect(wrapLine('', 5)).toEqual(['']);
  expect(wrapLine('  indented text', 12)).toEqual(['  indented', 'text']);
  expect(wrapLine('ab', 0)).toEqual(['ab']);
});
