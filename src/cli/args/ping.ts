import type { ParseArgsConfig } from 'node:util';
import { limits } from '../../limits.ts';
import { parseWhole, parseWords, usageOf } from './common.ts';
import { type CommandArguments, commandOptions, parseCommandNode } from './node.ts';
import { type PeerTarget, parseTarget } from './target.ts';

/** What `lanpeer ping` was asked to do. */
export interface PingArguments extends CommandArguments {
  readonly target: PeerTarget;
  readonly count: number;
}

const options = { ...commandOptions, count: { type: 'string' } } as const satisfies ParseArgsConfig['options'];

/** Throws `ERR_USAGE`. */
export function parsePing(args: readonly string[], environment: NodeJS.ProcessEnv): PingArguments {
  const { values, positionals } = parseWords(args, options, true);
  const [peer, ...more] = positionals;
  if (peer === undefined) throw usageOf('Name the peer, by its name, its id or as ADDRESS:PORT.');
  if (more.length > 0) throw usageOf('One peer is pinged at a time.');
  return {
    ...parseCommandNode(values, environment),
    target: parseTarget(peer),
    count: parseWhole(values.count ?? '5', '--count', {
      what: 'a number of pings',
      least: 1,
      most: limits.cli.mostPings,
    }),
  };
}
