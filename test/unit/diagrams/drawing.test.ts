import { Graphviz } from '@hpcc-js/wasm-graphviz';
import { beforeAll, expect, test } from 'vitest';
import { toDot } from '../../../scripts/diagrams/dot.ts';
import { toMermaid } from '../../../scripts/diagrams/mermaid.ts';
import { type Chart, readMachine, type StateBox } from '../../../src/inspector/chart.ts';
import { connectionMachine } from '../../../src/machines/connection/machine.ts';
import { nodeMachine } from '../../../src/machines/node/machine.ts';
import { lamp } from './machine.ts';

let graphviz: Graphviz;
beforeAll(async () => {
  graphviz = await Graphviz.load();
});

const chart = readMachine(lamp);

function* within(box: StateBox): Generator<StateBox> {
  yield box;
  for (const child of box.children) yield* within(child);
}

/** The texts of an SVG, as a reader sees them. */
function textsOf(svg: string): string[] {
  return [...svg.matchAll(/<text[^>]*>([^<]*)<\/text>/g)].map(([, text = '']) =>
    text.replaceAll('&#45;', '-').replaceAll('&gt;', '>').replaceAll('&amp;', '&'),
  );
}

function linesOf({ root, edges }: Chart): string[] {
  const boxes = [...within(root)].filter(({ path }) => path !== '');
  return [
    ...boxes.map(({ key }) => key),
    ...boxes.flatMap(({ internal }) => internal.map((label) => `stays: ${label}`)),
    ...boxes.flatMap(({ invokes }) => invokes.map((actor) => `runs ${actor}`)),
    ...edges.flatMap(({ from, to, label }) => label.split('\n').map((line) => (from === to ? `again: ${line}` : line))),
  ];
}

test.each([lamp, connectionMachine, nodeMachine])('everything that $id does is in its picture', (machine) => {
  const read = readMachine(machine);
  const seen = new Set(textsOf(graphviz.dot(toDot(read), 'svg')));
  expect(linesOf(read).filter((line) => !seen.has(line))).toEqual([]);
});

test('the same machine gives the same picture', () => {
  expect(graphviz.dot(toDot(readMachine(lamp)), 'svg')).toBe(graphviz.dot(toDot(readMachine(lamp)), 'svg'));
});

test('what holds anywhere in a state starts inside of it', () => {
  const dot = toDot(chart);
  expect(dot).toContain('"any on" -> "text on off" [id="out:on:off", arrowhead=none]');
  expect(dot).toContain('"any " -> "text  gone" [id="out::gone", arrowhead=none]');
  expect(dot).toContain('"text off on" -> "start on" [id="in:on:off", lhead="cluster on"]');
});

test('edges to one state for one reason share their text', () => {
  const box = (key: string): StateBox => ({
    path: key,
    key,
    initial: undefined,
    isFinal: false,
    children: [],
    internal: [],
    invokes: [],
  });
  const dot = toDot({
    id: 'shared',
    root: { ...box(''), initial: 'a', children: [box('a'), box('b'), box('c')] },
    edges: [
      { from: 'a', to: 'c', label: 'say "hi"' },
      { from: 'b', to: 'c', label: 'say "hi"' },
    ],
  });
  expect(textsOf(graphviz.dot(dot, 'svg')).filter((text) => text.includes('hi'))).toHaveLength(1);
  expect(dot.match(/arrowhead=none/g)).toHaveLength(2);
});

test('Mermaid text: nested states, guards, and nothing that ends a label early', () => {
  expect(toMermaid(chart)).toBe(
    [
      'stateDiagram-v2',
      '  state "off" as off',
      '  state "on" as on {',
      '    state "dim" as on_dim',
      '    state "bright" as on_bright',
      '    [*] --> on_dim',
      '  }',
      '  state "gone" as gone',
      '  gone --> [*]',
      '  [*] --> off',
      '  off --> gone: scrap',
      '  on --> gone: scrap',
      '  off --> on: press [hasPower]<br/>say#58;hi#59;',
      '  on --> off: press<br/>after fuse',
      '  on --> on: renew',
      '  on_dim --> on_bright: always [isDark]',
      '  on_bright --> on_dim: less',
      '',
    ].join('\n'),
  );
});
