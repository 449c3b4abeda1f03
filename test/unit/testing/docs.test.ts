import { execFile } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { peerPaths } from '../../../src/testing/index.ts';
import { newDirectory } from '../../support/directory.ts';

const root = new URL('../../../', import.meta.url);
const page = readFileSync(new URL('docs/testing.md', root), 'utf8');

/** The snippets of the page, with the sources in place of the package. */
const snippets = [...page.matchAll(/^## (.*)\n[\s\S]*?```ts\n([\s\S]*?)```/gm)].map(([, title = '', text = '']) => ({
  title,
  text: text.replaceAll(/from 'lanpeer(?:\/(\w+))?'/g, (_, part?: string) => {
    const file = part === undefined ? 'src/index.ts' : `src/${part}/index.ts`;
    return `from '${new URL(file, root).href}'`;
  }),
}));

test('the page says how many paths there are', () => {
  const paths = peerPaths();
  const of = (side: string): number => paths.filter((path) => path.side === side).length;
  expect(page).toContain(`has ${paths.length} short paths`);
  expect(page).toContain(
    `${of('lower')} for a node with the lower device id and ${of('higher')} for one with the higher`,
  );
});

test('every part of the page has a snippet', () => {
  expect(snippets.map(({ title }) => title)).toEqual([...page.matchAll(/^## (.*)$/gm)].map(([, title]) => title));
});

test.each(snippets)('$title: the snippet runs as it stands', { timeout: 60_000 }, async ({ text }) => {
  const directory = newDirectory();
  mkdirSync(directory, { recursive: true });
  const file = join(directory, 'snippet.mts');
  writeFileSync(file, text);
  // Rejects with what it printed, unless it ends well.
  const { stdout } = await promisify(execFile)(process.execPath, [file], { maxBuffer: 2 ** 24 });
  expect(stdout).not.toMatch(/^not ok/m);
});
