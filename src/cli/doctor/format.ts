import type { Check, CheckStatus, Diagnosis } from '../../api/diagnosis.ts';
import { printable } from '../../util/printable.ts';
import { type Paint, plain, type Style } from '../style.ts';

const marks: Readonly<Record<CheckStatus, readonly [mark: string, style: Style]>> = {
  ok: ['✓', 'green'],
  fault: ['✗', 'red'],
  unknown: ['?', 'yellow'],
};

const indent = ' '.repeat(15);

function linesOf({ id, status, summary, evidence, next }: Check, verbose: boolean, paint: Paint): readonly string[] {
  const [mark, style] = marks[status];
  const isShown = verbose || status !== 'ok';
  return [
    `${paint(style, mark)} ${id.padEnd(12)} ${printable(summary)}`,
    ...(isShown ? evidence.map((line) => paint('dim', `${indent}${printable(line)}`)) : []),
    ...(next === undefined ? [] : [`${indent}→ ${printable(next)}`]),
  ];
}

/** A diagnosis for people: a line for each check, what was seen, what to do, and the verdict at the end. */
export function formatDiagnosis({ checks, verdict }: Diagnosis, verbose: boolean, paint: Paint = plain): string {
  const lines = checks.flatMap((check) => linesOf(check, verbose, paint));
  return `${[...lines, '', paint('bold', printable(verdict))].join('\n')}\n`;
}
