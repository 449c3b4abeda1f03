import { describe, expect, test } from 'vitest';
import { localName, namesIn, numberedName, shownName } from '../../../src/files/names.ts';
import { codeOf } from '../../support/code-of.ts';

/** As in the limits: a test that took them from there would not notice others. */
const [nameBytes, pathBytes, depth, shownChars] = [255, 4_096, 64, 120] as const;

describe('the path of an entry', () => {
  test.each([
    ['a'],
    ['photos/2024/IMG 1.jpg'],
    ['résumé — final (2).pdf'],
    ['👨‍👩‍👧.png'],
    ['می‌خواهم.txt'],
    ['.git/HEAD'],
    ['...'],
    ['a\\b:c*?'],
    ['aux.c'],
    ['name. '],
  ])('%j is one', (path) => {
    expect(namesIn(path)).toEqual(path.split('/'));
  });

  test.each([
    ['', 'empty'],
    ['/etc/passwd', 'absolute'],
    ['//host/share', 'absolute'],
    ['..', 'leads out'],
    ['a/../b', 'leads out'],
    ['a/.', 'a folder itself'],
    ['a//b', 'an empty name'],
    ['a/', 'an empty name at the end'],
    ['a\0b', 'NUL'],
    ['a\nb', 'a new line'],
    ['a\u001b[2Jb', 'an escape'],
    ['a\u007fb', 'delete'],
    ['a\u009bb', 'an escape in one character'],
    ['photo\u202egpj.exe', 'turns the direction'],
    ['a\u2066b', 'an isolate'],
    ['a\u200eb', 'a mark of direction'],
    ['a\u200bb', 'a space without width'],
    ['a\ufeffb', 'a byte-order mark'],
    ['a\u2028b', 'a line end'],
    ['a\ud800b', 'half a character'],
    ['a\ufffdb', 'what was no text'],
  ])('%j is none: %s', (path) => {
    expect(codeOf(() => namesIn(path))).toBe('ERR_OFFER');
  });

  test('neither it nor a name in it is longer or deeper than that', () => {
    const long = `${'n'.repeat(127)}/`.repeat(pathBytes / 128 - 1) + 'n'.repeat(128);
    const names = ['n'.repeat(nameBytes), `${'é'.repeat(127)}n`, `${'d/'.repeat(depth - 1)}d`, long];
    for (const name of names) {
      expect(namesIn(name)).toEqual(name.split('/'));
      expect(codeOf(() => namesIn(name.length === 2 * depth - 1 ? `d/${name}` : `${name}n`))).toBe('ERR_OFFER');
    }
  });

  test('what a refusal says of it is printable and short', () => {
    expect(() => namesIn(`\u001b]0;title\u0007\u202e${'x'.repeat(10_000)}\n`)).toThrow(
      /^"\\u\{1b\}\]0;title\\u\{7\}\\u\{202e\}x+…" has more than 4096 bytes\.$/,
    );
    expect(shownName('x'.repeat(1_000))).toHaveLength(shownChars + 1);
  });
});

describe('the name of an entry on this system', () => {
  test.each([
    ['CON', '_CON'],
    ['con.txt', '_con.txt'],
    ['aux .c', '_aux .c'],
    ['COM1', '_COM1'],
    ['LPT³.log', '_LPT³.log'],
    ['CONOUT$', '_CONOUT$'],
    ['console', 'console'],
    ['COM10', 'COM10'],
    ['a:b', 'a_b'],
    ['a\\..\\b', 'a_.._b'],
    ['a<b>|"c*?', 'a_b___c__'],
    ['name. .', 'name___'],
    ['nul.', 'nul_'],
  ])('%j is %j on Windows, and stays as it is elsewhere', (name, expected) => {
    expect(localName(name, 'win32')).toBe(expected);
    expect(localName(name, 'linux')).toBe(name);
    expect(localName(name, 'darwin')).toBe(name);
  });

  test('no name begins with a dot in the folder that the person named', () => {
    expect(localName('.bashrc', 'linux', true)).toBe('_bashrc');
    expect(localName('.lanpeer-00', 'linux', true)).toBe('_lanpeer-00');
    expect(localName('.bashrc', 'linux')).toBe('.bashrc');
  });
});

test('a name that is taken gets a number before its extension, and no name is too long for it', () => {
  expect(numberedName('a.txt', 0, false)).toBe('a.txt');
  expect(numberedName('a.txt', 1, false)).toBe('a (1).txt');
  expect(numberedName('archive.tar.gz', 2, false)).toBe('archive.tar (2).gz');
  expect(numberedName('Makefile', 1, false)).toBe('Makefile (1)');
  expect(numberedName('.env', 1, false)).toBe('.env (1)');
  expect(numberedName('v1.2', 1, true)).toBe('v1.2 (1)');
  expect(numberedName('a.what is behind this dot is no extension', 1, false)).toMatch(/extension \(1\)$/);
  for (const name of ['x'.repeat(255), `${'é'.repeat(125)}.jpeg`, `${'👍'.repeat(62)}.png`]) {
    const numbered = numberedName(name, 999, false);
    expect(Buffer.byteLength(numbered)).toBeLessThanOrEqual(nameBytes);
    expect(Buffer.byteLength(numbered)).toBeGreaterThan(nameBytes - 4);
    expect(numbered.isWellFormed()).toBe(true);
  }
});
