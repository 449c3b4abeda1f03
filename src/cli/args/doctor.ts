import type { ParseArgsConfig } from 'node:util';
import { parseWords, usageOf } from './common.ts';
import { type CommandArguments, commandOptions, parseCommandNode } from './node.ts';
import { type PeerTarget, parseTarget } from './target.ts';

/** What `lanpeer doctor` was asked to look at. */
export interface DoctorArguments extends CommandArguments {
  /** Undefined: this machine and its network alone. */
  readonly target: PeerTarget | undefined;
  /** Shows what was seen of what is well, too. */
  readonly verbose: boolean;
}

const options = {
  ...commandOptions,
  verbose: { type: 'boolean', short: 'v' },
} as const satisfies ParseArgsConfig['options'];

/** Throws `ERR_USAGE`. */
export function parseDoctor(args: readonly string[], environment: NodeJS.ProcessEnv): DoctorArguments {
  const { values, positionals } = parseWords(args, options, true);
  const [peer, ...more] = positionals;
  if (more.length > 0) throw usageOf('The way to one peer is looked at at a time.');
  const target = peer === undefined ? undefined : parseTarget(peer);
  if (target && 'prefix' in target && values['no-discovery'])
    throw usageOf('Without mDNS a peer is named as ADDRESS:PORT.');
  return { ...parseCommandNode(values, environment), target, verbose: values.verbose ?? false };
}
