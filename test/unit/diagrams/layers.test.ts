import { fileURLToPath } from 'node:url';
import { Graphviz } from '@hpcc-js/wasm-graphviz';
import { expect, test } from 'vitest';
import { type Import, importsIn, importsOf } from '../../../scripts/diagrams/imports.ts';
import { layersToDot, layersToMermaid } from '../../../scripts/diagrams/layers.ts';
import { arrowsToDraw, layersOf, type Module, modules } from '../../../scripts/diagrams/modules.ts';

const some: readonly Module[] = [
  { name: 'kit', is: 'tests', path: /^kit\//, kind: 'above' },
  { name: 'top', is: 'joins', path: /^top\// },
  { name: 'port', is: 'promises', path: /port\.ts$/, kind: 'port' },
  { name: 'low', is: 'works', path: /^low\// },
  { name: 'words.ts', is: 'words', path: /^words\.ts$/, kind: 'ground' },
];
const found = (from: string, to: string, kind: Import['kind'] = 'run'): Import => ({ from, to, kind });

test('imports are told apart: loaded, on demand, types; comments, strings and packages are none', () => {
  const text = `
    import { a, type A } from './a.ts';
    import type { B } from '../b.ts';
    import './effect.ts';
    import { join } from 'node:path';
    export { c } from './c.ts';
    export type { D } from './d.ts';
    // import './no.ts';
    const said = "import './no.ts'";
    export const e = () => import('./e.ts');
    export type F = typeof import('./f.ts');
    export const { type } = a;
  `;
  expect(importsOf('top/x.ts', text).map(({ to, kind }) => [to, kind])).toEqual([
    ['top/a.ts', 'run'],
    ['b.ts', 'type'],
    ['top/effect.ts', 'run'],
    ['top/c.ts', 'run'],
    ['top/d.ts', 'type'],
    ['top/e.ts', 'demand'],
    ['top/f.ts', 'type'],
  ]);
});

test('between two modules the strongest import counts, whatever order they came in', () => {
  const imports = [found('top/a.ts', 'low/a.ts', 'type'), found('top/b.ts', 'low/b.ts'), found('top/a.ts', 'top/b.ts')];
  const arrows = [{ from: 'top', to: 'low', kind: 'run' }];
  expect(layersOf(some, imports).arrows).toEqual(arrows);
  expect(layersOf(some, imports.toReversed()).arrows).toEqual(arrows);
  expect(
    layersOf(some, [found('top/a.ts', 'low/a.ts', 'type'), found('top/b.ts', 'low/b.ts', 'demand')]).arrows,
  ).toEqual([{ from: 'top', to: 'low', kind: 'demand' }]);
});

test('a file that belongs to no module is named', () => {
  expect(() => layersOf(some, [found('top/a.ts', 'new/a.ts')])).toThrow('new/a.ts');
});

const layers = layersOf(some, [
  found('kit/a.ts', 'top/a.ts'),
  found('top/a.ts', 'low/a.ts', 'demand'),
  found('top/a.ts', 'words.ts'),
  found('low/a.ts', 'low/port.ts', 'type'),
  found('low/a.ts', 'top/a.ts', 'type'),
  found('words.ts', 'low/port.ts', 'type'),
]);

test('neither the ground nor what is above has arrows, and of types only those of ports do', () => {
  expect(arrowsToDraw(layers)).toEqual([
    { from: 'top', to: 'low', kind: 'demand' },
    { from: 'low', to: 'port', kind: 'type' },
  ]);
});

test('a ground that loads more than words is drawn as what it is', () => {
  expect(arrowsToDraw(layersOf(some, [found('words.ts', 'low/a.ts')]))).toHaveLength(1);
});

test('every module is in both pictures, with what it is', async () => {
  const graphviz = await Graphviz.load();
  const svg = graphviz.dot(layersToDot(layers), 'svg');
  const mermaid = layersToMermaid(layers);
  for (const { name, is } of some) {
    expect(svg).toContain(`>${name}</text>`);
    expect(svg).toContain(is);
    expect(mermaid).toContain(`["${name}<br/>${is}"]`);
  }
  expect(svg).toContain('<title>top&#45;&gt;low</title>');
  expect(mermaid).toContain('top -. on demand .-> low');
  expect(graphviz.dot(layersToDot(layers), 'svg')).toBe(svg);
});

test('in lanpeer every module loads only what stands below it', () => {
  const { arrows } = layersOf(modules, importsIn(fileURLToPath(new URL('../../../src/', import.meta.url))));
  const place = (name: string): number => modules.findIndex((module) => module.name === name);
  expect(arrows.filter(({ from, to, kind }) => kind !== 'type' && place(from) > place(to))).toEqual([]);
  expect(arrows).toContainEqual({ from: 'node.ts', to: 'inspector', kind: 'demand' });
});
