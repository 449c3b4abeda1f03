import { expect, test } from 'vitest';
import { entryLine, journalOf, parseJournal, peerLine } from '../../../src/files/journal.ts';

const offer = Uint8Array.from({ length: 32 }, (_, at) => at);
const [one, other] = ['a'.repeat(52), `${'b'.repeat(51)}q`];
const parse = (text: string) => parseJournal(Buffer.from(text));

test('a journal says which offer it is, from whom, and what is complete', () => {
  const begin = journalOf(offer, one);
  expect(parse(begin)).toEqual({ offer, peer: one, entries: 0, length: begin.length });
  const more = begin + entryLine.repeat(1_000) + peerLine(other) + entryLine;
  expect(parse(more)).toEqual({ offer, peer: other, entries: 1_001, length: more.length });
});

test('a line without an end was not written to its end', () => {
  const begin = journalOf(offer, one);
  const known = { offer, peer: one, entries: 1, length: begin.length + 2 };
  for (const rest of ['', '+', 'p', peerLine(other).slice(0, -1)])
    expect(parse(begin + entryLine + rest)).toEqual(known);
});

test('what is damaged is no journal', () => {
  const begin = journalOf(offer, one);
  const bad = [
    '',
    begin.slice(0, -1),
    `+\n${begin}`,
    begin.replace('files 1', 'files 2'),
    begin.replace('00', 'zz'),
    begin.replace('00', ''),
    begin.replace('0a', '0A'),
    begin.replace('peer a', 'peer 1'),
    begin.replace('peer ', 'person '),
    `${begin}++\n`,
    `${begin}\n`,
    `${begin}\0\0\0\n`,
    begin + peerLine(other).repeat(2_000),
  ];
  for (const text of bad) expect(parse(text), JSON.stringify(text.slice(0, 80))).toBeUndefined();
});
