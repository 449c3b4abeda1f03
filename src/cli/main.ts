#!/usr/bin/env node
import './inherited-descriptors.ts';
import { manifest } from '../util/manifest.ts';
import { complainOfNode } from './node-version.ts';

// An older Node has to come so far that it can say what is missing: what needs a newer one is loaded after that.
const complaint = complainOfNode(manifest.engines.node, process.versions.node);
if (complaint === undefined) {
  const { main } = await import('./run-command.ts');
  process.exitCode = await main(process.argv.slice(2));
} else {
  process.stderr.write(`lanpeer: ${complaint}\n`);
  process.exitCode = 2;
}
