import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const folder = new URL('../../../diagrams/', import.meta.url);
const sequences = readdirSync(folder)
  .filter((name) => name.endsWith('.mmd'))
  .map((name) => ({ name, lines: readFileSync(new URL(name, folder), 'utf8').trimEnd().split('\n') }))
  .filter(({ lines }) => lines[0] === 'sequenceDiagram');

const participant = /^participant (\w+) as [^:]+$/;
const arrow = /^(\w+)(?:->>|-->>|-x|--x)(\w+): (.+)$/;
const note = /^Note over (\w+)(?:,(\w+))?: (.+)$/;
const block = /^(opt|alt|loop|else) (.+)$/;

/** What is wrong in the part of Mermaid's sequences that these files use; every renderer takes that part. */
function faultsOf(lines: readonly string[]): string[] {
  const known = new Set<string>();
  const open: string[] = [];
  const faults: string[] = [];
  for (const line of lines.slice(1).map((line) => line.trim())) {
    const [, id] = participant.exec(line) ?? [];
    const [, keyword] = block.exec(line) ?? [];
    const [, from, to, text] = arrow.exec(line) ?? note.exec(line) ?? [];
    if (id !== undefined) known.add(id);
    else if (line === 'end') {
      if (open.pop() === undefined) faults.push('an end too many');
    } else if (keyword === 'else') {
      if (open.at(-1) !== 'alt') faults.push(line);
    } else if (keyword !== undefined) open.push(keyword);
    else if (text === undefined) faults.push(line);
    for (const name of [from, to]) if (name !== undefined && !known.has(name)) faults.push(`${name} takes no part`);
    // These end a text early, or begin a code of a character.
    if (/[;#]/.test(line) || /\bend\b/.test(text ?? '')) faults.push(line);
  }
  return [...faults, ...open];
}

test.each(sequences)('$name is a sequence that every renderer takes', ({ lines }) => {
  expect(faultsOf(lines)).toEqual([]);
});

test('what Mermaid would not take is found', () => {
  const faulty = ['sequenceDiagram', 'participant A as one', 'A->>B: x', 'A->>A: a; b', 'A=>A: x', 'else x', 'opt x'];
  expect(faultsOf(faulty)).toEqual(['B takes no part', 'A->>A: a; b', 'A=>A: x', 'else x', 'opt']);
  expect(sequences.map(({ name }) => name)).toContain('life-of-a-message.mmd');
});
