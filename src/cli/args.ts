import { defaultStateDir, parseWords, usageOf } from './args/common.ts';
import { type InspectArguments, parseInspect } from './args/inspect.ts';
import { parseRun, type RunArguments } from './args/run.ts';

export type Command =
  | { readonly command: 'run'; readonly run: RunArguments }
  | { readonly command: 'inspect'; readonly inspect: InspectArguments }
  | { readonly command: 'id'; readonly stateDir: string }
  | { readonly command: 'key' | 'help' | 'version' };

/** The command in the arguments. Throws `ERR_USAGE`. */
export function parseCommand(args: readonly string[], environment: NodeJS.ProcessEnv): Command {
  const [name, ...rest] = args;
  if (name === undefined) throw usageOf('A command is missing.');
  if (name === '--help' || name === '-h' || name === 'help' || rest.includes('--help')) return { command: 'help' };
  if (name === '--version') return { command: 'version' };
  if (name === 'run') return { command: 'run', run: parseRun(rest, environment) };
  if (name === 'inspect') return { command: 'inspect', inspect: parseInspect(rest, environment) };
  if (name === 'id') {
    const { state } = parseWords(rest, { state: { type: 'string' } }).values;
    return { command: 'id', stateDir: state ?? defaultStateDir(environment) };
  }
  if (name === 'key') {
    parseWords(rest, {});
    return { command: 'key' };
  }
  throw usageOf(`There is no command ${name}.`);
}
