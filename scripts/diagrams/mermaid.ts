import type { Chart, StateBox } from '../../src/inspector/chart.ts';

/** An id that Mermaid takes; states of different parents may share their key. */
const idOf = (path: string): string => (path === '' ? 'machine' : path.replaceAll('.', '_'));

/** Labels end at a line end; a colon or a semicolon in them would end them too. */
const text = (label: string): string =>
  label.replaceAll('\n', '<br/>').replaceAll(':', '#58;').replaceAll(';', '#59;').replaceAll('#58#59;', '#58;');

function states(box: StateBox, indent: string): string[] {
  const lines: string[] = [];
  for (const child of box.children) {
    if (child.children.length === 0) {
      lines.push(`${indent}state "${child.key}" as ${idOf(child.path)}`);
    } else {
      lines.push(
        `${indent}state "${child.key}" as ${idOf(child.path)} {`,
        ...states(child, `${indent}  `),
        `${indent}}`,
      );
    }
    if (child.isFinal) lines.push(`${indent}${idOf(child.path)} --> [*]`);
  }
  const initial = box.children.find(({ key }) => key === box.initial);
  if (initial) lines.push(`${indent}[*] --> ${idOf(initial.path)}`);
  return lines;
}

/** A `stateDiagram-v2` of a machine. */
export function toMermaid({ root, edges }: Chart): string {
  const targets = new Set(root.children.map(({ path }) => path));
  const lines = ['stateDiagram-v2', ...states(root, '  ')];
  for (const { from, to, label } of edges) {
    // What holds in every state is drawn from each top-level state that it can leave.
    const sources = from === '' ? [...targets].filter((path) => path !== to) : [from];
    for (const source of sources) lines.push(`  ${idOf(source)} --> ${idOf(to)}: ${text(label)}`);
  }
  return `${lines.join('\n')}\n`;
}
