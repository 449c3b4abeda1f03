import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { type ParseArgsConfig, parseArgs } from 'node:util';
import { LanpeerError } from '../../errors.ts';
import { isKnownTransport, knownTransports, type Via } from '../../protocol/via.ts';
import { describeThrown } from '../../util/thrown.ts';
import { suggest } from '../suggest.ts';

export const usageOf = (message: string): LanpeerError => new LanpeerError('ERR_USAGE', message);

/** Where the command line keeps the identity unless it is told otherwise. */
export function defaultStateDir(environment: NodeJS.ProcessEnv): string {
  const base = environment['XDG_STATE_HOME'];
  // The XDG Base Directory Specification: a path that is not absolute is invalid and is to be ignored.
  return join(base && isAbsolute(base) ? base : join(homedir(), '.local', 'state'), 'lanpeer');
}

/** `--inspect` may stand alone or have a port after it. */
const withPort = (args: readonly string[]): readonly string[] =>
  args.flatMap((arg, at) => {
    if (args[at - 1] === '--inspect' && /^\d+$/.test(arg)) return [];
    if (arg !== '--inspect') return [arg];
    const next = args[at + 1] ?? '';
    return [`--inspect=${/^\d+$/.test(next) ? next : '0'}`];
  });

/** Of the inspector's page; undefined: no page. Throws `ERR_USAGE`. */
export const parseInspectPort = (text: string | undefined): number | undefined =>
  text === undefined ? undefined : parsePort(text, '--inspect');

/** What `parseArgs` refuses, in our words; it knows options by their long names and speaks to programmers. */
function refusalOf(message: string, names: readonly string[]): string {
  const [, unknown] = /^Unknown option '(-[^']*)'/.exec(message) ?? [];
  if (unknown !== undefined) return `There is no option ${unknown}.${suggest(unknown, names)}`;
  const [, option = ''] = /^Option '(?:-\w, )?(-[^' ]+)/.exec(message) ?? [];
  if (/argument missing/.test(message)) return `${option} needs a value.`;
  if (/argument is ambiguous/.test(message))
    return `${option} needs a value; one that begins with a dash is written ${option}=VALUE.`;
  if (/does not take an argument/.test(message)) return `${option} takes no value.`;
  const [, word] = /^Unexpected argument '(.*?)'/s.exec(message) ?? [];
  if (word !== undefined) return `What is ${word}? This command has options only.`;
  const [first = ''] = message.split('\n', 1);
  return first;
}

/** Throws `ERR_USAGE` for what is not among the options. */
export function parseWords<Options extends NonNullable<ParseArgsConfig['options']>>(
  args: readonly string[],
  options: Options,
  allowPositionals = false,
) {
  try {
    return parseArgs({
      args: [...('inspect' in options ? withPort(args) : args)],
      options,
      strict: true,
      allowPositionals,
    });
  } catch (thrown) {
    throw usageOf(
      refusalOf(
        describeThrown(thrown),
        Object.keys(options).map((name) => `--${name}`),
      ),
    );
  }
}

/** A whole number in decimal digits. Throws `ERR_USAGE`. */
export function parseWhole(
  text: string,
  name: string,
  { what, least = 0, most }: { readonly what: string; readonly least?: number; readonly most: number },
): number {
  const number = /^\d{1,10}$/.test(text) ? Number(text) : -1;
  if (number >= least && number <= most) return number;
  throw usageOf(`${name}: ${text || 'nothing'} is not ${what}, a whole number from ${least} to ${most}.`);
}

export function parsePort(text: string | undefined, name = '--port'): number {
  return parseWhole(text ?? '0', name, { what: 'a port', most: 65_535 });
}

/** Undefined: all of them. Throws `ERR_USAGE`. */
export function parseTransports(names: readonly string[] | undefined): readonly Via[] | undefined {
  return names?.map((name, at) => {
    if (!isKnownTransport(name) || names.indexOf(name) !== at)
      throw usageOf(`--transport: name each of ${knownTransports.join(', ')} once at most.`);
    return name;
  });
}
