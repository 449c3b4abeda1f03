import type { ParseArgsConfig } from 'node:util';
import { parseWords, usageOf } from './common.ts';
import { type CommandArguments, commandOptions, parseCommandNode } from './node.ts';
import { type PeerTarget, parseTarget } from './target.ts';

/** Files to send: `-` alone is what standard input has. */
export interface FilesToSend {
  readonly paths: readonly string[];
  /** What the file is called that standard input becomes. */
  readonly as: string | undefined;
}

/** What `lanpeer send` was asked to do: a text, `-` for what standard input has, or files. */
export type SendArguments = CommandArguments & {
  readonly target: PeerTarget;
} & ({ readonly text: string } | { readonly files: FilesToSend });

const options = {
  ...commandOptions,
  text: { type: 'string' },
  as: { type: 'string' },
} as const satisfies ParseArgsConfig['options'];

/** Throws `ERR_USAGE`. */
export function parseSend(args: readonly string[], environment: NodeJS.ProcessEnv): SendArguments {
  const { values, positionals } = parseWords(args, options, true);
  const [peer, ...paths] = positionals;
  const { text, as } = values;
  if (peer === undefined) throw usageOf('Name the peer, by its name, its id or as ADDRESS:PORT.');
  if (text !== undefined && paths.length > 0)
    throw usageOf(`What is ${paths[0]}? A text goes into quotes; files and --text exclude each other.`);
  if (text === undefined && paths.length === 0)
    throw usageOf('Say what to send: files and folders, - for what standard input has, or --text TEXT.');
  if (text === '') throw usageOf('The text is empty.');
  const isPiped = paths.includes('-');
  if (isPiped && paths.length > 1) throw usageOf('- is what standard input has, and goes alone.');
  if (as !== undefined && !isPiped) throw usageOf('--as names what standard input has: it goes with -.');
  const command = { ...parseCommandNode(values, environment), target: parseTarget(peer) };
  return text === undefined ? { ...command, files: { paths, as } } : { ...command, text };
}
