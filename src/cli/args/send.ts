import type { ParseArgsConfig } from 'node:util';
import { parseWords, usageOf } from './common.ts';
import { type CommandArguments, commandOptions, parseCommandNode } from './node.ts';
import { type PeerTarget, parseTarget } from './target.ts';

/** What `lanpeer send` was asked to do. */
export interface SendArguments extends CommandArguments {
  readonly target: PeerTarget;
  /** `-`: what standard input has. */
  readonly text: string;
}

const options = { ...commandOptions, text: { type: 'string' } } as const satisfies ParseArgsConfig['options'];

/** Throws `ERR_USAGE`. */
export function parseSend(args: readonly string[], environment: NodeJS.ProcessEnv): SendArguments {
  const { values, positionals } = parseWords(args, options, true);
  const [peer, ...more] = positionals;
  const { text } = values;
  if (peer === undefined) throw usageOf('Name the peer, by its name, its id or as ADDRESS:PORT.');
  if (more.length > 0) throw usageOf(`What is ${more[0]}? A text is sent by --text, and goes into quotes.`);
  if (text === undefined) throw usageOf('Say what to send: --text TEXT, or --text - for what standard input has.');
  return { ...parseCommandNode(values, environment), target: parseTarget(peer), text };
}
