import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { expect, test } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));
const pages = [
  'README.md',
  ...readdirSync(join(root, 'docs')).flatMap((name) => (name.endsWith('.md') ? [`docs/${name}`] : [])),
];

/** What the reader of a snippet has already. A snippet that makes one of these itself uses its own. */
const prelude = `
import type { ServerResponse } from 'node:http';
import type { LanpeerNode, NodeOptions } from 'lanpeer';

interface Messages { hello: { text: string }; sum: (data: { a: number; b: number }) => number; 'who-has': (name: string) => boolean }

declare global {
  const access: NodeOptions['access'];
  const networkKey: string;
  const name: string;
  const peerId: string;
  const node: LanpeerNode<Messages>;
  const response: ServerResponse;
  const it: (name: string, run: () => unknown) => void;
  const createMyProgram: (node: LanpeerNode) => object;
}
`;

interface Snippet {
  readonly file: string;
  readonly text: string;
}

/** TypeScript of the pages, each block a module. A block of JavaScript has to be readable as such, no more. */
const snippets: readonly Snippet[] = pages.flatMap((page) =>
  [...readFileSync(join(root, page), 'utf8').matchAll(/^```(ts|js)\n([\s\S]*?)^```/gm)].map(([, kind, text], at) => ({
    file: join(root, `${page.replaceAll(/[/.]/g, '-')}-${at}.${kind === 'ts' ? 'mts' : 'mjs'}`),
    text: `${text}\nexport {};\n`,
  })),
);

function diagnose(): readonly string[] {
  const files = new Map(
    [...snippets, { file: join(root, 'prelude.mts'), text: prelude }].map(({ file, text }) => [file, text]),
  );
  const options: ts.CompilerOptions = {
    strict: true,
    noEmit: true,
    allowJs: true,
    checkJs: false,
    skipLibCheck: true,
    target: ts.ScriptTarget.ESNext,
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
    allowImportingTsExtensions: true,
    erasableSyntaxOnly: true,
    lib: ['lib.esnext.d.ts'],
    types: ['node'],
    paths: { lanpeer: [join(root, 'src/index.ts')], 'lanpeer/*': [join(root, 'src/*/index.ts')] },
  };
  const host = ts.createCompilerHost(options);
  const { fileExists, readFile, getSourceFile } = host;
  host.fileExists = (name) => files.has(name) || fileExists(name);
  host.readFile = (name) => files.get(name) ?? readFile(name);
  host.getSourceFile = (name, target, ...rest) => {
    const text = files.get(name);
    return text === undefined ? getSourceFile(name, target, ...rest) : ts.createSourceFile(name, text, target);
  };
  const program = ts.createProgram([...files.keys()], options, host);
  return [...files.keys()].flatMap((name) => {
    const source = program.getSourceFile(name);
    const found = [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)];
    return found.map(
      ({ messageText }) => `${name.slice(root.length)}: ${ts.flattenDiagnosticMessageText(messageText, ' ')}`,
    );
  });
}

test('every snippet of the pages compiles', { timeout: 120_000 }, () => {
  expect(snippets.length).toBeGreaterThan(10);
  expect(diagnose()).toEqual([]);
});
