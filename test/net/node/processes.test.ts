import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { type createNode, LanpeerError, makeNetworkKey } from '../../../src/index.ts';
import type { MemberSaw } from '../../support/member.ts';
import { hasPeer, makeNode } from '../../support/nodes.ts';

const run = promisify(execFile);

/** Runs a script of test/support, named as its file: so a search finds both. */
async function runScript(file: string): Promise<unknown> {
  const script = fileURLToPath(new URL(`../../support/${file}`, import.meta.url));
  const { stdout } = await run(process.execPath, [script], { timeout: 60_000 });
  return JSON.parse(stdout);
}

function expectMesh(saw: readonly MemberSaw[], names: readonly string[]): void {
  expect(saw.map(({ name, answers, errors }) => ({ name, answers, errors }))).toEqual(
    names.map((name) => ({ name, answers: names.filter((other) => other !== name), errors: [] })),
  );
  expect(new Set(saw.flatMap(({ via }) => via))).toEqual(new Set(['webrtc']));
  expect(new Set(saw.map(({ port }) => port)).size).toBe(names.length);
}

test('workers of node:cluster have a port each and form a full mesh', { timeout: 70_000 }, async () => {
  expectMesh((await runScript('cluster-process.ts')) as MemberSaw[], ['a', 'b', 'c', 'd']);
});

test('worker threads and forked processes do, and a thread that is terminated is gone', {
  timeout: 70_000,
}, async () => {
  const { all, left } = (await runScript('threads-and-children-process.ts')) as {
    readonly all: MemberSaw[];
    readonly left: string[];
  };
  expectMesh(all, ['a', 'b', 'c', 'd', 'e']);
  expect(left).toEqual(['d', 'e']);
});

test("nodes of two copies of the package in one process meet, and know each other's errors", async () => {
  const built: string = '../../../dist/index.js';
  const copy = (await import(built)) as {
    readonly createNode: typeof createNode;
    readonly LanpeerError: typeof LanpeerError;
  };
  expect(copy.LanpeerError).not.toBe(LanpeerError);
  const access = { networkKey: makeNetworkKey() };
  const one = makeNode({ access, discovery: true });
  const other = copy.createNode({ access, interfaces: ['127.0.0.1'] });
  try {
    await Promise.all([one.start(), other.start()]);
    await Promise.all([hasPeer(one, other.id), hasPeer(other, one.id)]);
    other.respond('name', () => 'the copy');
    expect(await one.request(other.id, 'name', null)).toBe('the copy');
    const thrown = await other.request(one.id, 'nobody answers this', null).catch((error: unknown) => error);
    expect(thrown instanceof LanpeerError && thrown instanceof copy.LanpeerError).toBe(true);
  } finally {
    await other.stop();
  }
});
