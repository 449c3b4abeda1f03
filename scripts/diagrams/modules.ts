import type { Import, ImportKind } from './imports.ts';

/** A box of the layers. */
export interface Module {
  readonly name: string;
  readonly is: string;
  /** Paths below `src`. */
  readonly path: RegExp;
  /** Drawn without arrows: every layer may import the ground, what is above may import every layer. A port has types alone. */
  readonly kind?: 'above' | 'ground' | 'port';
}

/** From the top to the bottom: each loads only what comes after it. A file belongs to the first that its path fits. */
export const modules: readonly Module[] = [
  { name: 'index.ts', is: 'what programs import', path: /^index\.ts$/ },
  { name: 'testing', is: 'the test kit: knows all of it', path: /^testing\//, kind: 'above' },
  { name: 'cli', is: 'the command line', path: /^cli\// },
  { name: 'metrics', is: 'figures of the public face', path: /^metrics\// },
  { name: 'node.ts', is: 'joins parts and real adapters', path: /^node\.ts$/ },
  { name: 'files', is: 'files over byte streams', path: /^files\// },
  { name: 'inspector', is: 'feed, recording, server of the page', path: /^inspector\/(?!page\/|model\/)/ },
  { name: 'inspector/page', is: 'what the browser shows', path: /^inspector\/page\// },
  { name: 'inspector/model', is: 'frames, and what they add up to', path: /^inspector\/model\// },
  { name: 'node', is: 'the parts of a node', path: /^node\// },
  { name: 'streams', is: 'what programs subscribe to', path: /^streams\// },
  { name: 'machines', is: 'decisions, without I/O', path: /^machines\// },
  { name: 'diagnosis', is: 'what is seen, judged', path: /^diagnosis\// },
  { name: 'ports', is: 'what adapters promise', path: /^adapters\/[^/]+\/port\.ts$/, kind: 'port' },
  { name: 'adapters', is: 'mDNS, TLS, WebRTC, files', path: /^adapters\// },
  { name: 'protocol', is: 'formats, sessions, seal', path: /^protocol\// },
  { name: 'api', is: 'the public types of a node', path: /^api\//, kind: 'ground' },
  { name: 'validation', is: 'checks and texts of what programs pass', path: /^validation\//, kind: 'ground' },
  { name: 'errors.ts', is: 'the one error, its codes', path: /^errors\.ts$/, kind: 'ground' },
  { name: 'util', is: 'small things that any part may use', path: /^util\//, kind: 'ground' },
  { name: 'limits', is: 'every cap and time limit', path: /^limits(\.ts$|\/)/, kind: 'ground' },
  { name: 'environment.ts', is: 'clock and chance', path: /^environment\.ts$/, kind: 'ground' },
];

export interface Arrow {
  readonly from: string;
  readonly to: string;
  readonly kind: ImportKind;
}

export interface Layers {
  readonly modules: readonly Module[];
  readonly arrows: readonly Arrow[];
}

const strength: readonly ImportKind[] = ['type', 'demand', 'run'];

/** The strongest import between every two modules, in their order. Throws for a file that belongs to none. */
export function layersOf(all: readonly Module[], imports: readonly Import[]): Layers {
  const home = (file: string): Module => {
    const found = all.find(({ path }) => path.test(file));
    if (!found) throw new Error(`${file} belongs to no module of the layers: name one in scripts/diagrams/modules.ts`);
    return found;
  };
  const order = (name: string): number => all.findIndex((module) => module.name === name);
  const arrows = new Map<string, Arrow>();
  for (const { from, to, kind } of imports) {
    const [tail, head] = [home(from), home(to)];
    if (tail === head) continue;
    const key = `${tail.name} ${head.name}`;
    const known = arrows.get(key);
    if (!known || strength.indexOf(known.kind) < strength.indexOf(kind))
      arrows.set(key, { from: tail.name, to: head.name, kind });
  }
  const sorted = [...arrows.values()].sort((a, b) => order(a.from) - order(b.from) || order(a.to) - order(b.to));
  return { modules: all, arrows: sorted };
}

/** What is drawn: of what is gone once it is compiled, only imports of a port; that is what ports are for. */
export function arrowsToDraw({ modules: all, arrows }: Layers): readonly Arrow[] {
  const kinds = new Map(all.map(({ name, kind }) => [name, kind]));
  return arrows.filter(({ from, to, kind }) => {
    if (kinds.get(from) === 'above' || kinds.get(to) === 'ground') return false;
    return kind !== 'type' || (kinds.get(to) === 'port' && kinds.get(from) !== 'ground');
  });
}
