import { type Chart, type Edge, merge, type StateBox } from '../../src/inspector/chart.ts';

const top = (path: string): string => path.split('.')[0] ?? '';
const withoutGuards = (label: string): string => label.replaceAll(/ \[[^\]]*\]/g, '');

/** The same machine from further away: its top-level states, and the events that lead from one to another. */
export function overviewOf({ id, root, edges }: Chart): Chart {
  const children: StateBox[] = root.children.map((box) => ({ ...box, children: [], internal: [], invokes: [] }));
  const between: Edge[] = edges
    .flatMap(({ from, to, label }) =>
      label.split('\n').map((line) => ({ from: top(from), to: top(to), label: withoutGuards(line) })),
    )
    .filter(({ from, to }) => from !== to);
  return { id, root: { ...root, children }, edges: merge(between) };
}
