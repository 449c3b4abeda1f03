import type { ParseArgsConfig } from 'node:util';
import { parseWords } from './common.ts';
import { type CommandArguments, commandOptions, parseCommandNode } from './node.ts';

/** What `lanpeer receive` was asked to do. */
export interface ReceiveArguments extends CommandArguments {
  /** Whether it ends after the first that comes. */
  readonly once: boolean;
}

const options = { ...commandOptions, once: { type: 'boolean' } } as const satisfies ParseArgsConfig['options'];

/** Throws `ERR_USAGE`. */
export function parseReceive(args: readonly string[], environment: NodeJS.ProcessEnv): ReceiveArguments {
  const { values } = parseWords(args, options);
  return { ...parseCommandNode(values, environment), once: values.once ?? false };
}
