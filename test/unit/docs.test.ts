import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { diagnosticsChannels, errorCodes, reasons } from '../../src/index.ts';
import { createMetrics } from '../../src/metrics/index.ts';
import { createMemoryNetwork } from '../../src/testing/index.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const read = (path: string): string => readFileSync(join(root, path), 'utf8');
const inFolder = (folder: string): string[] =>
  readdirSync(join(root, folder))
    .filter((name) => name.endsWith('.md'))
    .map((name) => join(folder, name));

const pages = [
  'README.md',
  'CONTRIBUTING.md',
  'CHANGELOG.md',
  'SECURITY.md',
  ...inFolder('docs'),
  ...inFolder('docs/decisions'),
  ...inFolder('diagrams'),
];

test('every error code is explained, and no other', () => {
  const listed = [...read('docs/errors.md').matchAll(/^\| `(ERR_[A-Z_]+)` \| (.*) \|$/gm)].map(([, code, text]) => [
    code,
    text,
  ]);
  expect(Object.fromEntries(listed)).toEqual(errorCodes);
});

test('every channel and every metric is explained, and no other', () => {
  const page = read('docs/operations.md');
  const rows = (name: RegExp): string[] => [...page.matchAll(name)].map(([, found]) => found ?? '').sort();
  expect(rows(/^\| `(lanpeer:[a-z-]+)` \|/gm)).toEqual(Object.values(diagnosticsChannels).sort());
  const node = createMemoryNetwork().createNode({ name: 'any', access: 'open' });
  const metrics = createMetrics(node, { perPeer: true });
  const types = metrics.register.getMetricsAsArray().map((metric) => {
    const { name, type } = metric as typeof metric & { readonly type: string };
    return `${name}\` | ${type}`;
  });
  metrics.stop();
  expect(rows(/^\| `(lanpeer_[a-z_]+` \| [a-z]+) \|/gm)).toEqual(types.sort());
});

test('every link within the project leads somewhere', () => {
  const broken = pages.flatMap((page) =>
    [...read(page).matchAll(/\]\(([^)#\s]+)[^)]*\)/g)]
      .map(([, target]) => target ?? '')
      .filter((target) => !/^[a-z]+:/.test(target) && !existsSync(join(root, dirname(page), target)))
      .map((target) => `${page}: ${target}`),
  );
  expect(broken).toEqual([]);
});

const diagrams = readdirSync(join(root, 'diagrams')).filter((name) => !name.endsWith('.md'));

test('a Mermaid diagram on a page is one of the files', () => {
  const texts = new Map(diagrams.map((name) => [read(`diagrams/${name}`), name]));
  const shown = pages.flatMap((page) =>
    [...read(page).matchAll(/```mermaid\n([\s\S]*?)```/g)].map(
      ([, text = '']) => texts.get(text) ?? `${page}: ${text}`,
    ),
  );
  expect(shown.filter((name) => !diagrams.includes(name))).toEqual([]);
  expect(shown).toEqual(expect.arrayContaining(['how-two-nodes-connect.mmd', 'life-of-a-message.mmd']));
});

test('every diagram is on a page', () => {
  const text = ['docs/architecture.md', 'diagrams/README.md'].map(read).join();
  expect(diagrams.filter((name) => !new RegExp(`[/(]${name.replaceAll('.', '\\.')}\\)`).test(text))).toEqual([]);
});

test('the files that the overview sends a reader to exist', () => {
  const named = [...read('docs/architecture.md').matchAll(/`(src\/[^`]+)`/g)].map(([, name]) => name ?? '');
  expect(named.filter((name) => !existsSync(join(root, name)))).toEqual([]);
  expect(named).toContain('src/protocol/message-session/message-session.ts');
});

test('the overview is read in ten minutes', () => {
  const prose = read('docs/architecture.md').replaceAll(/```[\s\S]*?```/g, '');
  // Bars of tables and marks of lists are not read.
  const words = prose.split(/\s+/).filter((word) => /\p{L}/u.test(word));
  expect(words.length).toBeLessThan(1_500);
});

test('every patch of a dependency is on its page', () => {
  const page = read('docs/upstream.md');
  const patches = readdirSync(join(root, 'src/adapters/transport/werift')).filter((name) => name.startsWith('patch-'));
  expect(patches.filter((name) => !page.includes(`\`${name}\``))).toEqual([]);
  const named = [...page.matchAll(/`((?:test\/)?[a-z/-]+\.test\.ts)`/g)].map(([, name = '']) => name);
  const there = (name: string): boolean =>
    existsSync(join(root, name)) || existsSync(join(root, 'test/unit/transport', name));
  expect(named.filter((name) => !there(name))).toEqual([]);
});

test('every decision is listed, and the reasons of a connection are all explained', () => {
  const index = read('docs/decisions/README.md');
  for (const page of inFolder('docs/decisions'))
    if (!page.endsWith('README.md')) expect(index).toContain(page.split('/').at(-1));
  const explained = read('diagrams/README.md');
  for (const reason of Object.keys(reasons)) expect(explained, reason).toContain(`\`${reason}\``);
});

test('the scripts that the pages name exist', () => {
  const { scripts } = JSON.parse(read('package.json')) as { readonly scripts: Readonly<Record<string, string>> };
  const named = pages.flatMap((page) => [...read(page).matchAll(/npm run ([a-z:-]+)/g)].map(([, name]) => name ?? ''));
  expect(named.filter((name) => !Object.hasOwn(scripts, name))).toEqual([]);
  expect(named).toContain('demo');
});
