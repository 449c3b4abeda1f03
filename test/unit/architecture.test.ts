import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));
let directory = '';

/** A small project of the same layout in which every rule is broken once. */
const files: Readonly<Record<string, string>> = {
  'src/node.ts': "import '../src/adapters/transport/werift.ts';",
  'src/adapters/transport/port.ts': 'export {};',
  'src/adapters/transport/werift.ts': "import 'werift';\nimport '../signalling/ws.ts';",
  'src/adapters/signalling/ws.ts': "import 'ws';\nimport 'node:net';",
  'src/adapters/signalling/port.ts': 'export {};',
  'src/streams/subject.ts': "import '../machines/decide.ts';",
  'src/machines/decide.ts': "import '../streams/other.ts';\nimport 'rxjs';",
  'src/streams/other.ts': 'export {};',
  'src/protocol/frame.ts': "import 'node:dgram';\nimport '../adapters/transport/port.ts';",
  'src/node/part.ts': "import '../adapters/signalling/port.ts';\nimport '../adapters/signalling/ws.ts';",
  'src/diagnosis/judge.ts':
    "import './facts.ts';\nimport '../node/part.ts';\nimport type { Step } from '../node/observer.ts';",
  'src/diagnosis/facts.ts': "import 'node:fs';",
  'src/metrics/index.ts': "import 'prom-client';\nimport '../api/stats.ts';\nimport '../node/part.ts';",
  'src/cli/show.ts': "import 'prom-client';\nimport '../metrics/index.ts';",
  'src/api/stats.ts': 'export {};',
  'src/inspector/feed.ts':
    "import '../cli/run.ts';\nimport '../node/observer.ts';\nimport '../node/part.ts';\nimport '../adapters/signalling/ws.ts';",
  'src/inspector/model/reduce.ts': "import './values.ts';\nimport type { Step } from '../../node/observer.ts';",
  'src/inspector/model/values.ts': "import '../../node/observer.ts';\nexport const values = 1;",
  'src/inspector/page/main.ts':
    "import '../model/reduce.ts';\nimport 'lit-html';\nimport 'lit-html/directives/repeat.js';\nimport 'rxjs';\nimport '../feed.ts';",
  'src/node/observer.ts': 'export type Step = string;',
  'src/node/lifecycle.ts': "import '../inspector/feed.ts';",
  'src/cli/run.ts': 'export {};',
  'src/a.ts': "import './b.ts';\nexport const a = 1;",
  'src/b.ts': "import './a.ts';\nimport 'vitest';\nimport './missing.ts';\nexport const b = 1;",
};

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'lanpeer-layers-'));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(directory, name)), { recursive: true });
    writeFileSync(join(directory, name), `${text}\n`);
  }
  for (const name of ['package.json', 'tsconfig.json', '.dependency-cruiser.mjs', 'scripts/build/bundled-packages.ts'])
    cpSync(join(root, name), join(directory, name), { recursive: true });
  symlinkSync(join(root, 'node_modules'), join(directory, 'node_modules'));
});

afterAll(() => rmSync(directory, { recursive: true, force: true }));

interface Report {
  readonly summary: {
    readonly violations: readonly {
      readonly rule: { readonly name: string };
      readonly from: string;
      readonly to: string;
    }[];
  };
}

function cruise(cwd: string): Report {
  const args = [join(root, 'node_modules/dependency-cruiser/bin/dependency-cruiser.mjs')];
  const run = [...args, '--config', '.dependency-cruiser.mjs', '--output-type', 'json', 'src'];
  try {
    return JSON.parse(
      execFileSync(process.execPath, run, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }),
    );
  } catch (thrown) {
    // It ends with the number of violations as its code.
    if (thrown instanceof Error && 'stdout' in thrown) return JSON.parse(String(thrown.stdout));
    throw thrown;
  }
}

test('every rule of the layers finds its violation, and nothing else is one', { timeout: 60_000 }, () => {
  const found = cruise(directory).summary.violations.map(({ rule, from, to }) => `${rule.name}: ${from} -> ${to}`);
  const expected = [
    /^no-cycles: src\/(a|b)\.ts/,
    /^decisions-without-adapters: src\/machines\/decide\.ts -> src\/streams\/other\.ts/,
    /^decisions-without-adapters: src\/protocol\/frame\.ts -> src\/adapters\/transport\/port\.ts/,
    /^decisions-without-packages: src\/machines\/decide\.ts -> .*rxjs/,
    /^decisions-without-sockets: src\/protocol\/frame\.ts -> dgram/,
    /^judging-without-io: src\/diagnosis\/judge\.ts -> src\/node\/part\.ts/,
    /^judging-without-io: src\/diagnosis\/facts\.ts -> fs/,
    /^adapters-apart: src\/adapters\/transport\/werift\.ts -> src\/adapters\/signalling\/ws\.ts/,
    /^implementations-only-at-the-root: src\/node\/part\.ts -> src\/adapters\/signalling\/ws\.ts/,
    /^streams-apart: src\/streams\/subject\.ts -> src\/machines\/decide\.ts/,
    /^metrics-over-the-public-face: src\/metrics\/index\.ts -> src\/node\/part\.ts/,
    /^metrics-apart: src\/cli\/show\.ts -> .*prom-client/,
    /^metrics-apart: src\/cli\/show\.ts -> src\/metrics\/index\.ts/,
    /^implementations-only-at-the-root: src\/inspector\/feed\.ts -> src\/adapters\/signalling\/ws\.ts/,
    /^inspector-apart: src\/inspector\/feed\.ts -> src\/cli\/run\.ts/,
    /^node-without-inspector: src\/node\/lifecycle\.ts -> src\/inspector\/feed\.ts/,
    /^inspector-behind-a-port: src\/inspector\/feed\.ts -> src\/node\/part\.ts/,
    /^page-as-it-is: src\/inspector\/model\/values\.ts -> src\/node\/observer\.ts/,
    /^page-as-it-is: src\/inspector\/page\/main\.ts -> .*rxjs/,
    /^page-as-it-is: src\/inspector\/page\/main\.ts -> src\/inspector\/feed\.ts/,
    /^no-dev-dependencies: src\/b\.ts -> .*vitest/,
    /^nothing-unresolved: src\/b\.ts -> .*missing/,
  ];
  for (const one of expected)
    expect(
      found.filter((line) => one.test(line)),
      String(one),
    ).not.toEqual([]);
  expect(found.filter((line) => !expected.some((one) => one.test(line)))).toEqual([]);
});
