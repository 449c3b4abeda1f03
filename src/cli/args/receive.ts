import { resolve } from 'node:path';
import type { ParseArgsConfig } from 'node:util';
import { parseWords, usageOf } from './common.ts';
import { type CommandArguments, commandOptions, parseCommandNode } from './node.ts';

/** What `lanpeer receive` was asked to do. */
export interface ReceiveArguments extends CommandArguments {
  /** Where files go. */
  readonly folder: string;
  /** Whether files are taken without a question. */
  readonly yes: boolean;
  /** Whether it ends after the first that comes. */
  readonly once: boolean;
}

const options = {
  ...commandOptions,
  once: { type: 'boolean' },
  yes: { type: 'boolean' },
} as const satisfies ParseArgsConfig['options'];

/** Throws `ERR_USAGE`. */
export function parseReceive(args: readonly string[], environment: NodeJS.ProcessEnv): ReceiveArguments {
  const { values, positionals } = parseWords(args, options, true);
  const [folder = '.', ...more] = positionals;
  if (more.length > 0) throw usageOf(`What is ${more[0]}? Files go into one folder.`);
  return {
    ...parseCommandNode(values, environment),
    folder: resolve(folder),
    yes: values.yes ?? false,
    once: values.once ?? false,
  };
}
