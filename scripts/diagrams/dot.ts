import type { Chart, Edge, StateBox } from '../../src/inspector/chart.ts';

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
const left = (lines: readonly string[]): string => quote(`${lines.join('\n')}\n`);
const start = (path: string): string => quote(`start ${path}`);
const any = (path: string): string => quote(`any ${path}`);
const cluster = (path: string): string => quote(`cluster ${path}`);

/** Ids in the SVG: a page that animates it finds each state and each edge by them. */
const stateId = (path: string): string => `state:${path}`;
const edgeIds = (from: readonly string[], to: string) => ({
  /** The text of the edge: one element of text for each transition. */
  via: `via:${to}:${from.join('+')}`,
  out: (path: string): string => `out:${path}:${to}`,
  into: `in:${to}:${from.join('+')}`,
});

const isSelf = ({ from, to }: Edge): boolean => from === to;
const isWithin = (path: string, box: string): boolean => box === '' || path === box || path.startsWith(`${box}.`);

/** Edges to one state for the same reasons share their text. */
interface Bundle {
  readonly from: readonly string[];
  readonly to: string;
  readonly label: string;
}

function bundle(edges: readonly Edge[]): Bundle[] {
  const bundles = new Map<string, Bundle>();
  for (const { from, to, label } of edges) {
    const key = `${to} ${label}`;
    bundles.set(key, { from: [...(bundles.get(key)?.from ?? []), from], to, label });
  }
  return [...bundles.values()];
}

/** The innermost state in which the whole of a bundle can be drawn. */
function homeOf({ from, to }: Bundle): string {
  let home = to;
  do home = home.replace(/\.?[^.]*$/, '');
  while (!from.every((path) => isWithin(path, home)));
  return home;
}

function notesOf(box: StateBox, edges: readonly Edge[]): string[] {
  const again = edges
    .filter((edge) => isSelf(edge) && edge.from === box.path)
    .flatMap(({ label }) => label.split('\n'));
  return [
    ...box.invokes.map((actor) => `runs ${actor}`),
    ...box.internal.map((label) => `stays: ${label}`),
    ...again.map((label) => `again: ${label}`),
  ];
}

/**
 * DOT of a machine. The text of an edge is a node of its own on the way, so that no two texts lie on each other; what
 * holds anywhere in a state with sub-states starts from a dashed box in it. From left to right, or from top to bottom.
 */
export function toDot({ id, root, edges }: Chart, direction: 'LR' | 'TB' = 'LR'): string {
  const boxes = new Map<string, StateBox>();
  const collect = (box: StateBox): void => {
    boxes.set(box.path, box);
    box.children.forEach(collect);
  };
  collect(root);
  const isCompound = (path: string): boolean => (boxes.get(path)?.children.length ?? 0) > 0;
  const drawn = edges.filter((edge) => !isSelf(edge));
  const bundles = bundle(drawn);
  const headOf = (path: string): string => (isCompound(path) ? start(path) : quote(path));
  const clip = (path: string): string => (isCompound(path) ? `, lhead=${cluster(path)}` : '');

  function arrow({ from, to, label }: Bundle, indent: string): string[] {
    const text = quote(`text ${from.join(' ')} ${to}`);
    const ids = edgeIds(from, to);
    const look = `id=${quote(ids.via)}, shape=plaintext, style="", fontsize=11, margin="0.04,0.02"`;
    return [
      `${indent}${text} [label=${left(label.split('\n'))}, ${look}]`,
      ...from.map((path) => {
        const tail = isCompound(path) ? any(path) : quote(path);
        return `${indent}${tail} -> ${text} [id=${quote(ids.out(path))}, arrowhead=none]`;
      }),
      `${indent}${text} -> ${headOf(to)} [id=${quote(ids.into)}${clip(to)}]`,
    ];
  }

  function inside(box: StateBox, indent: string, fill: string | undefined): string[] {
    const first = box.children.find(({ key }) => key === box.initial);
    const lines = [`${indent}${start(box.path)} [shape=point, width=0.12, fillcolor="#4c566a", label=""]`];
    if (first) lines.push(`${indent}${start(box.path)} -> ${headOf(first.path)} [class=initial${clip(first.path)}]`);
    if (drawn.some(({ from }) => from === box.path))
      lines.push(`${indent}${any(box.path)} [label="any state", style="rounded,dashed,filled", fillcolor="white"]`);
    for (const child of box.children) lines.push(...state(child, indent, fill ?? colours[child.key] ?? '#ffffff'));
    for (const one of bundles) if (homeOf(one) === box.path) lines.push(...arrow(one, indent));
    return lines;
  }

  function state(box: StateBox, indent: string, fill: string): string[] {
    const notes = notesOf(box, edges);
    const text = [box.key, ...notes];
    if (box.children.length > 0)
      return [
        `${indent}subgraph ${cluster(box.path)} {`,
        `${indent}  id=${quote(stateId(box.path))}; label=${left(text)}; labeljust=l; fontsize=12; style="rounded,filled"; color="#8a94a6"; fillcolor="${fill}"`,
        ...inside(box, `${indent}  `, '#ffffff'),
        `${indent}}`,
      ];
    const shape = box.isFinal ? ', peripheries=2' : '';
    return [
      `${indent}${quote(box.path)} [id=${quote(stateId(box.path))}, label=${notes.length > 0 ? left(text) : quote(box.key)}, fillcolor="${fill}"${shape}]`,
    ];
  }

  return `${[
    `digraph ${quote(id)} {`,
    `  graph [compound=true, rankdir=${direction}, ranksep=0.3, nodesep=0.25, fontname="${font}", bgcolor="white", pad=0.3]`,
    `  node [shape=box, style="rounded,filled", color="#8a94a6", fillcolor="white", fontname="${font}", fontsize=12, margin="0.2,0.1"]`,
    `  edge [fontname="${font}", color="#4c566a", arrowsize=0.8]`,
    ...inside(root, '  ', undefined),
    '}',
  ].join('\n')}\n`;
}
