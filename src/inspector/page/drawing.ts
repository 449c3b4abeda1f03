import type { Taken } from '../model/trace-events.ts';

interface DrawnEdge {
  /** The text of the edge, and its two lines. */
  readonly via: Element;
  readonly lines: readonly Element[];
}

/** A chart, and where its states and edges are in it. */
export interface Drawing {
  readonly svg: SVGSVGElement;
  readonly width: number;
  readonly height: number;
  /** It has only the outermost states. */
  readonly outer: boolean;
  readonly states: ReadonlyMap<string, SVGGraphicsElement>;
  readonly edges: ReadonlyMap<string, DrawnEdge>;
  /** What is marked now, by class. */
  readonly marked: Map<string, ReadonlySet<Element>>;
}

const edgeKey = (from: string, to: string): string => `${from}>${to}`;

/** Ids are those that the diagrams are drawn with: `state:PATH`, `via:TO:FROM+FROM`, `out:FROM:TO`, `in:TO:FROM+FROM`. */
export function parseDrawing(text: string, outer: boolean): Drawing {
  const parsed = new DOMParser().parseFromString(text, 'image/svg+xml').documentElement;
  const svg = document.adoptNode(parsed) as unknown as SVGSVGElement;
  const groups = new Map<string, SVGGraphicsElement>();
  for (const group of svg.querySelectorAll<SVGGraphicsElement>('g[id]')) {
    groups.set(group.id, group);
    // Several charts, and a page: ids of one must not be found by another.
    group.removeAttribute('id');
  }
  for (const title of svg.querySelectorAll('title')) title.remove();

  const states = new Map<string, SVGGraphicsElement>();
  const edges = new Map<string, DrawnEdge>();
  for (const [id, group] of groups) {
    const [kind, name = '', origins = ''] = id.split(':');
    if (kind === 'state') {
      states.set(name, group);
      group.dataset['path'] = name;
    }
    if (kind !== 'via') continue;
    const into = groups.get(`in:${name}:${origins}`);
    for (const from of origins.split('+')) {
      const lines = [groups.get(`out:${from}:${name}`), into].filter((line) => line !== undefined);
      edges.set(edgeKey(from, name), { via: group, lines });
    }
  }
  const [, , width = 1, height = 1] = (svg.getAttribute('viewBox') ?? '').split(/\s+/).map(Number);
  svg.setAttribute('aria-hidden', 'true');
  return { svg, width, height, outer, states, edges, marked: new Map() };
}

const linesOfText = (group: Element, wanted: string): Element[] =>
  [...group.querySelectorAll('text')].filter(({ textContent }) => textContent === wanted);

/** What is drawn of a transition: its lines and its text, or the note in its state if it leads back to it. */
export function elementsOf({ states, edges }: Drawing, { from, to, label }: Taken): Element[] {
  const state = states.get(to);
  if (from === to) return state ? linesOfText(state, `again: ${label}`) : [];
  const edge = edges.get(edgeKey(from, to));
  return edge ? [...edge.lines, ...linesOfText(edge.via, label)] : [];
}

/** Gives a class to these elements and takes it from all others; touches only what differs. */
export function mark(drawing: Drawing, name: string, wanted: ReadonlySet<Element>): void {
  const before = drawing.marked.get(name);
  for (const element of before ?? []) if (!wanted.has(element)) element.classList.remove(name);
  for (const element of wanted) if (!before?.has(element)) element.classList.add(name);
  drawing.marked.set(name, wanted);
}
