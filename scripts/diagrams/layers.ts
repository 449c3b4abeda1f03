import type { ImportKind } from './imports.ts';
import { arrowsToDraw, type Layers, type Module } from './modules.ts';

const looks: Readonly<Record<ImportKind, string>> = {
  run: '',
  demand: ' [style=dotted, penwidth=1.6]',
  type: ' [style=dashed, color="#a0a8b5", arrowhead=empty]',
};
const fills: Readonly<Record<string, string>> = {
  'node.ts': '#fff3d6',
  node: '#fff3d6',
  machines: '#dff3e4',
  protocol: '#dff3e4',
  streams: '#dff3e4',
  ports: '#e3e0f5',
  adapters: '#e3e0f5',
};
const legend = [
  'solid: imported when the file is loaded',
  'dotted: loaded on demand',
  'dashed: the types of a port; types of other modules are left out',
  '',
].join('\\l');
const rows: readonly (readonly string[])[] = [
  ['index.ts', 'cli', 'metrics', 'testing'],
  ['machines', 'adapters', 'streams', 'inspector/model'],
];

const box = ({ name, is }: Module): string =>
  `"${name}" [label=<<b>${name}</b><br/>${is}>, fillcolor="${fills[name] ?? '#ffffff'}"]`;

/** DOT of the layers: a layer stands above what it imports. */
export function layersToDot(layers: Layers): string {
  const ground = layers.modules.filter((module) => module.kind === 'ground');
  const others = layers.modules.filter((module) => module.kind !== 'ground');
  const cells = ground.map(({ name, is }) => `<tr><td align="left"><b>${name}</b>  ${is}</td></tr>`).join('');
  const there = new Set(others.map(({ name }) => name));
  const ranks = rows.map((row) => row.filter((name) => there.has(name))).filter((row) => row.length > 1);
  return `${[
    'digraph layers {',
    `  label="${legend}"; labelloc=b; labeljust=l; fontsize=12`,
    '  graph [rankdir=TB, ranksep=0.6, nodesep=0.35, fontname="Courier", bgcolor="white", pad=0.3]',
    '  node [shape=box, style="rounded,filled", color="#8a94a6", fontname="Courier", fontsize=13, margin="0.2,0.12"]',
    '  edge [color="#4c566a", arrowsize=0.8]',
    ...others.map((module) => `  ${box(module)}`),
    `  ground [fillcolor="#eceff4", label=<<table border="0" cellborder="0" cellspacing="0"><tr><td align="left"><i>for every file</i></td></tr>${cells}</table>>]`,
    ...ranks.map((row) => `  { rank=same; ${row.map((name) => `"${name}"`).join('; ')} }`),
    ...arrowsToDraw(layers).map(({ from, to, kind }) => `  "${from}" -> "${to}"${looks[kind]}`),
    // The ground lies at the bottom.
    `  "${others.at(-1)?.name}" -> ground [style=invis]`,
    '}',
  ].join('\n')}\n`;
}

const idOf = (name: string): string => name.replaceAll(/[^a-z]/g, '_');
const links: Readonly<Record<ImportKind, string>> = { run: '-->', demand: '-. on demand .->', type: '-. types .->' };

/** The same as a Mermaid flowchart. */
export function layersToMermaid(layers: Layers): string {
  const label = ({ name, is }: Module): string => `${idOf(name)}["${name}<br/>${is}"]`;
  return `${[
    'flowchart TB',
    ...layers.modules.filter((module) => module.kind !== 'ground').map((module) => `  ${label(module)}`),
    '  subgraph ground["for every file"]',
    ...layers.modules.filter((module) => module.kind === 'ground').map((module) => `    ${label(module)}`),
    '  end',
    ...arrowsToDraw(layers).map(({ from, to, kind }) => `  ${idOf(from)} ${links[kind]} ${idOf(to)}`),
  ].join('\n')}\n`;
}
