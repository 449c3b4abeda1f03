import type { ParseArgsConfig } from 'node:util';
import { limits } from '../../limits.ts';
import type { Via } from '../../protocol/via.ts';
import { parseWhole, parseWords, usageOf } from './common.ts';
import { type CommandArguments, commandOptions, parseCommandNode } from './node.ts';
import { type PeerTarget, parseTarget } from './target.ts';

/** What `lanpeer bench` was asked to do. */
export interface BenchArguments extends CommandArguments {
  /** Undefined: serves the measurements of others. */
  readonly target: PeerTarget | undefined;
  /** In this order, each by itself; undefined: all of them. */
  readonly transports: readonly Via[] | undefined;
  /** How long one figure is measured. */
  readonly seconds: number;
}

const options = {
  ...commandOptions,
  serve: { type: 'boolean' },
  seconds: { type: 'string' },
} as const satisfies ParseArgsConfig['options'];

/** Throws `ERR_USAGE`. */
export function parseBench(args: readonly string[], environment: NodeJS.ProcessEnv): BenchArguments {
  const { values, positionals } = parseWords(args, options, true);
  const [peer, ...more] = positionals;
  if (more.length > 0) throw usageOf('One peer is measured with at a time.');
  if (values.serve && peer !== undefined) throw usageOf('--serve waits for others: it goes without a peer.');
  if (!values.serve && peer === undefined)
    throw usageOf(
      'Name the peer to measure with, by its name, its id or as ADDRESS:PORT; it has to run lanpeer bench --serve.',
    );
  if (values.serve && values.seconds !== undefined)
    throw usageOf('--seconds goes with a peer: it says how long to measure.');
  if (peer !== undefined && values.port !== undefined) throw usageOf('--port goes with --serve.');
  const target = peer === undefined ? undefined : parseTarget(peer);
  if (target && 'prefix' in target && values['no-discovery'])
    throw usageOf('Without mDNS a peer is named as ADDRESS:PORT.');
  const node = parseCommandNode(values, environment);
  return {
    ...node,
    target,
    // An identity for this run only, unless a directory is named: a node that is measured with may be this device's own.
    stateDir: values.state === undefined ? undefined : node.stateDir,
    // Whoever dials an address needs to hear nobody.
    discovery: node.discovery && !(target && 'address' in target),
    seconds: parseWhole(values.seconds ?? '2', '--seconds', {
      what: 'a duration',
      least: 1,
      most: limits.cli.benchMostSeconds,
    }),
  };
}
