import type { Chart, Edge, StateBox } from './read-machine.ts';

// Every monospaced font has about the same widths: text fits its box whatever font a viewer has.
const font = 'Courier';
const colours: Readonly<Record<string, string>> = {
  new: '#eceff4',
  stopped: '#eceff4',
  connecting: '#fff3d6',
  starting: '#fff3d6',
  connected: '#dff3e4',
  running: '#dff3e4',
  failed: '#fde2e0',
  stopping: '#fde2e0',
  closed: '#e3e0f5',
};

const quote = (text: string): string =>
  `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\l')}"`;
const left = (text: string): string => quote(`${text}\n`);

/** The innermost first state: edges to a cluster have to end at one of its nodes. */
function anchorOf(box: StateBox): StateBox {
  const first = box.children.find(({ key }) => key === box.initial) ?? box.children[0];
  return first ? anchorOf(first) : box;
}

const nodeId = (box: StateBox): string => quote(box.path);
const clusterId = (box: StateBox): string => quote(`cluster ${box.path}`);

function noteOf(box: StateBox): string[] {
  return [...box.invokes.map((actor) => `runs ${actor}`), ...box.internal.map((label) => `stays: ${label}`)];
}

function draw(box: StateBox, indent: string, colour: string): string[] {
  if (box.children.length === 0) {
    const label = [box.key, ...noteOf(box)].join('\n');
    const shape = box.isFinal ? ', peripheries=2' : '';
    return [
      `${indent}${nodeId(box)} [label=${noteOf(box).length > 0 ? left(label) : quote(label)}, fillcolor="${colour}"${shape}]`,
    ];
  }
  return [
    `${indent}subgraph ${clusterId(box)} {`,
    `${indent}  label=${left([box.key, ...noteOf(box)].join('\n'))}; labeljust=l; fontsize=13; style="rounded,filled"; color="#8a94a6"; fillcolor="${colour}"`,
    `${indent}  ${quote(`start ${box.path}`)} [shape=point, width=0.12, label=""]`,
    `${indent}  ${quote(`start ${box.path}`)} -> ${nodeId(anchorOf(box))}${box.children.find(({ key }) => key === box.initial)?.children.length ? ` [lhead=${clusterId(box.children.find(({ key }) => key === box.initial) ?? box)}]` : ''}`,
    ...box.children.flatMap((child) => draw(child, `${indent}  `, '#ffffff')),
    `${indent}}`,
  ];
}

function find(box: StateBox, path: string): StateBox | undefined {
  if (box.path === path) return box;
  for (const child of box.children) {
    const found = find(child, path);
    if (found) return found;
  }
  return undefined;
}

function arrow(root: StateBox, { from, to, label }: Edge): string[] {
  const source = find(root, from);
  const target = find(root, to);
  if (!source || !target) return [];
  const attributes = [`label=${left(label)}`];
  if (source.children.length > 0) attributes.push(`ltail=${clusterId(source)}`);
  if (target.children.length > 0) attributes.push(`lhead=${clusterId(target)}`);
  return [`  ${nodeId(anchorOf(source))} -> ${nodeId(anchorOf(target))} [${attributes.join(', ')}]`];
}

/** DOT of a machine; what every state can do is drawn from a box that stands for all of them. */
export function toDot({ id, root, edges }: Chart): string {
  const anyState = edges.some(({ from }) => from === '');
  const lines = [
    `digraph ${quote(id)} {`,
    `  graph [compound=true, rankdir=TB, ranksep=0.9, nodesep=0.9, fontname="${font}", bgcolor="white", pad=0.3]`,
    `  node [shape=box, style="rounded,filled", color="#8a94a6", fontname="${font}", fontsize=12, margin="0.2,0.1"]`,
    `  edge [fontname="${font}", fontsize=10, color="#4c566a", fontcolor="#2e3440"]`,
    '  "start" [shape=point, width=0.16, label=""]',
  ];
  const first = root.children.find(({ key }) => key === root.initial);
  if (first) lines.push(`  "start" -> ${nodeId(anchorOf(first))}`);
  for (const box of root.children) lines.push(...draw(box, '  ', colours[box.key] ?? '#ffffff'));
  if (anyState) lines.push('  "any" [label="any state", style="rounded,dashed"]');
  for (const edge of edges) {
    const target = find(root, edge.to);
    if (edge.from === '' && target) lines.push(`  "any" -> ${nodeId(anchorOf(target))} [label=${left(edge.label)}]`);
    else lines.push(...arrow(root, edge));
  }
  return `${[...lines, '}'].join('\n')}\n`;
}
