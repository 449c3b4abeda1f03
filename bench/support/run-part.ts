import { loadavg } from 'node:os';
import type { BenchOptions, Part, PartResult, Subject } from './part.ts';

/** The order of a round: it turns, and every other round goes backwards, so that nobody is always first or last. */
export function orderOf<T>(all: readonly T[], round: number): readonly T[] {
  const at = Math.floor(round / 2) % Math.max(1, all.length);
  const turned = [...all.slice(at), ...all.slice(0, at)];
  return round % 2 === 0 ? turned : turned.reverse();
}

const defaultLimitSeconds = 240;

/** What goes wrong may be told at length; a note is a line. */
function firstLine(error: unknown): string {
  const [line = ''] = (error instanceof Error ? error.message : String(error)).split('\n');
  return line.length > 200 ? `${line.slice(0, 200)}…` : line;
}

const load = (): number => Number((loadavg()[0] ?? 0).toFixed(2));

/** Measures all subjects of a part by turns. One that fails is left out from then on, and the others go on. */
export async function runPart(
  part: Part,
  options: BenchOptions,
  tell: (text: string) => void = () => undefined,
): Promise<PartResult> {
  const begun = performance.now();
  const before = load();
  const notes: string[] = [];
  const values = new Map(part.rows.map(({ key }) => [key, {} as Record<string, number[]>]));
  const subjects = part.subjects(options);
  const failed = new Set<Subject>();
  for (const subject of subjects)
    if (subject.missing !== undefined) {
      failed.add(subject);
      notes.push(`${subject.name} was not measured: ${subject.missing}`);
    }

  async function measure(subject: Subject, round: number): Promise<void> {
    const found: (readonly [row: string, value: number])[] = [];
    try {
      await subject.measure((row, value) => found.push([row, value]));
      // All of a round or nothing: the values of one round stay beside each other.
      for (const [row, value] of found) {
        const column = values.get(row);
        if (!column) throw new Error(`${part.name} has no row ${row}`);
        column[subject.name] = [...(column[subject.name] ?? []), value];
      }
    } catch (error) {
      failed.add(subject);
      notes.push(`${subject.name} failed in round ${round + 1}: ${firstLine(error)}`);
      tell(notes.at(-1) ?? '');
    }
  }

  const elapsed = (): number => (performance.now() - begun) / 1_000;
  for (let round = 0; round < options.rounds; round += 1) {
    const end = (elapsed() / round) * (round + 1);
    if (options.limited && round > 0 && end > (part.limitSeconds ?? defaultLimitSeconds)) {
      notes.push(`${round} of ${options.rounds} rounds: this machine is too slow for more`);
      break;
    }
    for (const subject of orderOf(subjects, round))
      if (!failed.has(subject) && round < (subject.rounds ?? options.rounds)) await measure(subject, round);
  }
  for (const subject of subjects) subject.close?.();

  const bases = subjects.flatMap(({ name, base }) => (base === undefined ? [] : [[name, base] as const]));
  return {
    name: part.name,
    title: part.title,
    seconds: Math.round(elapsed()),
    load: [before, load()],
    rows: part.rows.map((row) => ({ ...row, values: values.get(row.key) ?? {} })),
    bases: Object.fromEntries(bases),
    notes,
  };
}
