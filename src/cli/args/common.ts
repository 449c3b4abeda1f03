import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { type ParseArgsConfig, parseArgs } from 'node:util';
import { LanpeerError } from '../../errors.ts';
import { describeThrown } from '../../thrown.ts';

export const usageOf = (message: string): LanpeerError => new LanpeerError('ERR_USAGE', message);

/** Where the command line keeps the identity unless it is told otherwise. */
export function defaultStateDir(environment: NodeJS.ProcessEnv): string {
  const base = environment['XDG_STATE_HOME'];
  // The XDG Base Directory Specification: a path that is not absolute is invalid and is to be ignored.
  return join(base && isAbsolute(base) ? base : join(homedir(), '.local', 'state'), 'lanpeer');
}

/** Throws `ERR_USAGE` for what is not among the options. */
export function parseWords<Options extends NonNullable<ParseArgsConfig['options']>>(
  args: readonly string[],
  options: Options,
  allowPositionals = false,
) {
  try {
    return parseArgs({ args: [...args], options, strict: true, allowPositionals });
  } catch (thrown) {
    throw usageOf(describeThrown(thrown));
  }
}

export function parsePort(text: string | undefined, name = '--port'): number {
  const port = Number(text ?? '0');
  if (text === '' || !Number.isInteger(port) || port < 0 || port > 65_535)
    throw usageOf(`${name}: ${text} is not a port.`);
  return port;
}
