// Draws the machines into diagrams/, from the machines themselves, and the layers, from the imports of the sources. With
// --check it fails when a file there is stale.
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Graphviz } from '@hpcc-js/wasm-graphviz';
import type { AnyStateMachine } from 'xstate';
import { readMachine } from '../src/inspector/chart.ts';
import { connectionMachine } from '../src/machines/connection/machine.ts';
import { nodeMachine } from '../src/machines/node/machine.ts';
import { createPeerMachine } from '../src/testing/peer/paths.ts';
import { toDot } from './diagrams/dot.ts';
import { importsIn } from './diagrams/imports.ts';
import { layersToDot, layersToMermaid } from './diagrams/layers.ts';
import { toMermaid } from './diagrams/mermaid.ts';
import { layersOf, modules } from './diagrams/modules.ts';
import { overviewOf } from './diagrams/overview.ts';

// Of the two sides of a peer the lower id has a little more to go through.
const machines: readonly AnyStateMachine[] = [connectionMachine, nodeMachine, createPeerMachine('lower')];
const graphviz = await Graphviz.load();
const files = new Map<string, string>();
for (const machine of machines) {
  const chart = readMachine(machine);
  files.set(`${chart.id}.machine.mmd`, toMermaid(chart));
  files.set(`${chart.id}.machine.svg`, graphviz.dot(toDot(chart), 'svg'));
}
// Of their outermost states, also for narrow screens.
for (const machine of [connectionMachine, nodeMachine]) {
  const overview = overviewOf(readMachine(machine as AnyStateMachine));
  files.set(`${overview.id}.overview.svg`, graphviz.dot(toDot(overview), 'svg'));
  files.set(`${overview.id}.portrait.svg`, graphviz.dot(toDot(overview, 'TB'), 'svg'));
}

const layers = layersOf(modules, importsIn(fileURLToPath(new URL('../src/', import.meta.url))));
files.set('layers.mmd', layersToMermaid(layers));
files.set('layers.svg', graphviz.dot(layersToDot(layers), 'svg'));

const pathOf = (name: string): string => fileURLToPath(new URL(`../diagrams/${name}`, import.meta.url));
const read = (path: string): string => {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
};

if (process.argv.includes('--check')) {
  const stale = [...files].filter(([name, text]) => read(pathOf(name)) !== text).map(([name]) => name);
  if (stale.length > 0) console.error(`stale: ${stale.join(', ')}; run npm run diagrams`);
  else console.log(`${files.size} diagrams are as the sources are`);
  process.exitCode = stale.length > 0 ? 1 : 0;
} else {
  for (const [name, text] of files) writeFileSync(pathOf(name), text);
  console.log(`drew ${[...files.keys()].join(', ')}`);
}
