#!/usr/bin/env node
import { readFileSync } from 'node:fs';
import { complainOfNode } from './node-version.ts';

// An older Node has to come so far that it can say what is missing: what needs a newer one is loaded after that.
const manifest: { readonly engines: { readonly node: string } } = JSON.parse(
  readFileSync(new URL('../../package.json', import.meta.url), 'utf8'),
);
const complaint = complainOfNode(manifest.engines.node, process.versions.node);
if (complaint === undefined) {
  const { main } = await import('./run-command.ts');
  process.exitCode = await main(process.argv.slice(2));
} else {
  process.stderr.write(`lanpeer: ${complaint}\n`);
  process.exitCode = 2;
}
