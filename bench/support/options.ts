import { parseArgs } from 'node:util';
import type { BenchOptions, Part } from './part.ts';

export interface BenchArguments extends BenchOptions {
  readonly parts: readonly Part[];
  /** Where the result goes, as JSON. */
  readonly json?: string;
  /** Puts the parts that were measured into the result that is in that file already. */
  readonly merge: boolean;
}

/** The arguments of `npm run bench`; throws a message for people. */
export function readArguments(args: readonly string[], known: readonly Part[]): BenchArguments {
  const { values } = parseArgs({
    args: [...args],
    options: {
      rounds: { type: 'string' },
      only: { type: 'string' },
      json: { type: 'string' },
      loss: { type: 'string', default: '0' },
      quick: { type: 'boolean', default: false },
      merge: { type: 'boolean', default: false },
    },
  });
  const lossPercent = Number(values.loss);
  if (!(lossPercent >= 0 && lossPercent < 100)) throw new Error(`--loss ${values.loss}: a share in percent`);
  const rounds = Number(values.rounds ?? (values.quick ? 1 : 5));
  if (!Number.isInteger(rounds) || rounds < 1) throw new Error(`--rounds ${values.rounds}: a number of at least 1`);
  const names = values.only?.split(',');
  const unknown = names?.find((name) => !known.some((part) => part.name === name));
  if (unknown !== undefined) throw new Error(`--only ${unknown}: one of ${known.map(({ name }) => name).join(', ')}`);
  const parts = known.filter((part) => (names ? names.includes(part.name) : part.underLoss || lossPercent === 0));
  const { quick, merge, json } = values;
  return {
    rounds,
    quick,
    lossPercent,
    limited: values.rounds === undefined,
    parts,
    merge,
    ...(json !== undefined && { json }),
  };
}
