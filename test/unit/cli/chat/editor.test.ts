import { expect, test } from 'vitest';
import {
  type Draft,
  draftOf,
  type Edit,
  edit,
  emptyDraft,
  insert,
  Sent,
  textOf,
} from '../../../../src/cli/chat/editor.ts';
import { limits } from '../../../../src/limits.ts';

/** A draft with its cursor where `|` is. */
function at(text: string): Draft {
  const [before = '', after = ''] = text.split('|');
  const left = draftOf(before);
  return { characters: [...left.characters, ...draftOf(after).characters], cursor: left.cursor };
}

const show = ({ characters, cursor }: Draft): string =>
  `${characters.slice(0, cursor).join('')}|${characters.slice(cursor).join('')}`;

test.each<[string, Edit, string]>([
  ['ab|c', 'left', 'a|bc'],
  ['|abc', 'left', '|abc'],
  ['ab|c', 'right', 'abc|'],
  ['abc|', 'right', 'abc|'],
  ['one two |', 'word-left', 'one |two '],
  ['|one two', 'word-right', 'one| two'],
  ['one\ntw|o', 'start', 'one\n|two'],
  ['o|ne\ntwo', 'end', 'one|\ntwo'],
  ['|', 'start', '|'],
  ['a👩‍🔬|b', 'erase-left', 'a|b'],
  ['|ab', 'erase-left', '|ab'],
  ['a|bc', 'erase-right', 'a|c'],
  ['ab|', 'erase-right', 'ab|'],
  ['one two|', 'erase-word', 'one |'],
  ['a\nbc|d', 'erase-to-start', 'a\n|d'],
  ['a|bc\nd', 'erase-to-end', 'a|\nd'],
])('%j %s %j', (before, what, after) => {
  expect(show(edit(at(before), what))).toBe(after);
});

test('text goes in at the cursor, and a combining mark to the character before it', () => {
  expect(show(insert(at('a|d'), 'bc'))).toBe('abc|d');
  const accented = insert(at('e|x'), '\u0301');
  expect(accented).toEqual({ characters: ['e\u0301', 'x'], cursor: 1 });
  expect(textOf(edit(accented, 'erase-left'))).toBe('x');
});

test('a draft takes no more than it may have', () => {
  const full = draftOf('x'.repeat(limits.cli.draftCharacters + 5));
  expect(full.characters).toHaveLength(limits.cli.draftCharacters);
  expect(insert(full, 'yz')).toEqual(full);
  const almost = edit(full, 'erase-left');
  expect(textOf(insert(almost, 'yz')).slice(-2)).toBe('xy');
});

test('what was sent comes back, and what was being written is kept meanwhile', () => {
  const sent = new Sent();
  expect(sent.older('')).toBeUndefined();
  for (const text of ['one', 'two', 'two']) sent.add(text);
  expect([sent.older('draft'), sent.older('two'), sent.older('one')]).toEqual(['two', 'one', undefined]);
  expect([sent.newer(), sent.newer(), sent.newer()]).toEqual(['two', 'draft', undefined]);
  for (let no = 0; no < limits.cli.sentTexts + 10; no += 1) sent.add(`text ${no}`);
  let count = 0;
  while (sent.older('') !== undefined) count += 1;
  expect(count).toBe(limits.cli.sentTexts);
});

test('an empty draft is empty', () => {
  expect(textOf(emptyDraft)).toBe('');
});
