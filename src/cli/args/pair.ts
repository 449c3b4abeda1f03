import type { ParseArgsConfig } from 'node:util';
import { isDeviceId } from '../../protocol/device-id.ts';
import { defaultStateDir, parseWords, usageOf } from './common.ts';
import { type CommandArguments, commandOptions, parseCommandNode } from './node.ts';

/** What `lanpeer pair` was asked to do. */
export interface PairArguments extends CommandArguments {
  /** Whether it takes an invitation, instead of giving one. */
  readonly take: boolean;
}

/** What `lanpeer trust` or `lanpeer revoke` was asked to do. */
export interface TrustArguments {
  readonly stateDir: string;
  readonly json: boolean;
  /** The device, by its id or the beginning of the one of a device that is known; undefined: lists them. */
  readonly device: string | undefined;
  readonly name: string | undefined;
}

const pairOptions = { ...commandOptions, take: { type: 'boolean' } } as const satisfies ParseArgsConfig['options'];
const ownAccess = ['key-file', 'ask-key', 'allow', 'open'] as const;

/** Throws `ERR_USAGE`. */
export function parsePair(args: readonly string[], environment: NodeJS.ProcessEnv): PairArguments {
  const { values, positionals } = parseWords(args, pairOptions, true);
  if (positionals.length > 0)
    throw usageOf(
      'An invitation is a secret, and every user of this machine can see the words of a command: lanpeer pair --take asks for it, or reads it from standard input.',
    );
  const other = ownAccess.find((name) => values[name] !== undefined);
  if (other !== undefined)
    throw usageOf(`--${other}: pairing is for devices that trust each other, and needs no other access.`);
  return { ...parseCommandNode({ ...values, trust: true }, environment), take: values.take ?? false };
}

function parseTrusted(args: readonly string[], environment: NodeJS.ProcessEnv, isNamed: boolean): TrustArguments {
  const options = { state: { type: 'string' }, json: { type: 'boolean' }, name: { type: 'string' } } as const;
  const { values, positionals } = parseWords(args, options, true);
  const [device, ...more] = positionals;
  if (more.length > 0) throw usageOf('One device at a time.');
  if (device === '') throw usageOf('The device is an empty word: an id, the beginning of one, or a name.');
  if (values.name !== undefined && (device === undefined || !isNamed))
    throw usageOf('--name goes with lanpeer trust ID.');
  return {
    stateDir: values.state ?? defaultStateDir(environment),
    json: values.json ?? false,
    device,
    name: values.name,
  };
}

/** Throws `ERR_USAGE`. */
export const parseTrust = (args: readonly string[], environment: NodeJS.ProcessEnv): TrustArguments =>
  parseTrusted(args, environment, true);

/** Throws `ERR_USAGE`. */
export function parseRevoke(args: readonly string[], environment: NodeJS.ProcessEnv): TrustArguments {
  const parsed = parseTrusted(args, environment, false);
  if (parsed.device === undefined) throw usageOf('Which device? lanpeer trust lists them.');
  return parsed;
}

/** The id that was meant, among those that are known. Throws `ERR_USAGE`. */
export function idOf(given: string, known: readonly { readonly id: string; readonly name: string }[]): string {
  if (isDeviceId(given)) return given;
  const found = known.filter(({ id, name }) => id.startsWith(given) || name === given);
  const [only] = found;
  if (only && found.length === 1) return only.id;
  throw usageOf(
    found.length > 1
      ? `${given} may be ${found.map(({ id, name }) => `${name} (${id.slice(0, 8)})`).join(', ')}: name it by its id.`
      : `No device is called ${given}, or has an id that begins like that: lanpeer trust lists them. A new one is named by its whole id.`,
  );
}
