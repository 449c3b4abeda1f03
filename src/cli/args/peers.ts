import type { ParseArgsConfig } from 'node:util';
import { parseWords } from './common.ts';
import { type CommandArguments, commandOptions, parseCommandNode } from './node.ts';

/** What `lanpeer peers` was asked to do. */
export interface PeersArguments extends CommandArguments {
  /** Whether it goes on until it is interrupted. */
  readonly watch: boolean;
}

const options = { ...commandOptions, watch: { type: 'boolean' } } as const satisfies ParseArgsConfig['options'];

/** Throws `ERR_USAGE`. */
export function parsePeers(args: readonly string[], environment: NodeJS.ProcessEnv): PeersArguments {
  const { values } = parseWords(args, options);
  return { ...parseCommandNode(values, environment), watch: values.watch ?? false };
}
