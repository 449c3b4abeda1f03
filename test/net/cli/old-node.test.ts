import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { expect, test } from 'vitest';
import manifest from '../../../package.json' with { type: 'json' };
import { complainOfNode } from '../../../src/cli/node-version.ts';
import { endOf, spawnCli, textOf } from '../../support/raw-cli.ts';

/** A Node of this machine that is older than lanpeer needs. */
function findOldNode(): { readonly path: string; readonly version: string } | undefined {
  const places = ['/usr/local/bin', '/usr/bin', ...(process.env['PATH'] ?? '').split(delimiter)];
  for (const path of places.map((place) => join(place, 'node')).filter((file) => existsSync(file))) {
    const version = execFileSync(path, ['-p', 'process.versions.node'], { encoding: 'utf8' }).trim();
    if (complainOfNode(manifest.engines.node, version) !== undefined) return { path, version };
  }
  return undefined;
}

const old = findOldNode();
if (!old) process.stderr.write('the test with an older Node is skipped: there is none on this machine\n');

test.skipIf(!old).each([[['run', '--open']], [['key']], [['--version']], [[]]])(
  'an older Node says which one is needed: %j',
  async (args) => {
    const child = spawnCli(args, ['ignore', 'pipe', 'pipe'], old?.path);
    const [stdout, stderr, code] = await Promise.all([textOf(child.stdout), textOf(child.stderr), endOf(child)]);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(/^lanpeer: lanpeer needs Node >= \d+[\d.]*; this is \d+\.\d+\.\d+\. .*\n$/);
    expect(stderr).toContain(old?.version);
  },
);
