import type { ParseArgsConfig } from 'node:util';
import { limits } from '../../limits.ts';
import type { Via } from '../../protocol/via.ts';
import { defaultStateDir, parseInspectPort, parsePort, parseTransports, parseWhole, usageOf } from './common.ts';

/** Options of every command that runs a node. */
export const nodeOptions = {
  name: { type: 'string' },
  port: { type: 'string' },
  interface: { type: 'string', multiple: true },
  state: { type: 'string' },
  json: { type: 'boolean' },
  'key-file': { type: 'string', multiple: true },
  'ask-key': { type: 'boolean' },
  allow: { type: 'string', multiple: true },
  open: { type: 'boolean' },
  trust: { type: 'boolean' },
  deny: { type: 'string', multiple: true },
  'no-discovery': { type: 'boolean' },
  transport: { type: 'string', multiple: true },
} as const satisfies ParseArgsConfig['options'];

/** Options of a command that a person gives, which runs a node for as long as it takes. */
export const commandOptions = {
  ...nodeOptions,
  ephemeral: { type: 'boolean' },
  inspect: { type: 'string' },
  wait: { type: 'string' },
} as const satisfies ParseArgsConfig['options'];

/** Who may connect. */
export interface AccessArguments {
  /** Files with network keys, one a line; the first key of all is announced and proven. */
  readonly keyFiles: readonly string[] | undefined;
  /** Whether the network key is asked for on the terminal. */
  readonly askKey: boolean;
  readonly allow: readonly string[] | undefined;
  readonly open: boolean;
  /** Whether the devices are let in that a person has accepted. */
  readonly trust: boolean;
  readonly deny: readonly string[] | undefined;
}

/** The node of a command. */
export interface NodeArguments extends AccessArguments {
  readonly name: string | undefined;
  readonly port: number;
  readonly interfaces: readonly string[] | undefined;
  /** Undefined: an identity for this run only. */
  readonly stateDir: string | undefined;
  readonly json: boolean;
  readonly discovery: boolean;
  /** The preferred one first; undefined: all of them. */
  readonly transports: readonly Via[] | undefined;
}

/** The node of a command that a person gives. */
export interface CommandArguments extends NodeArguments {
  /** Whether an identity for this run only will do if a running node has the one in the state directory. */
  readonly lendsIdentity: boolean;
  /** Port of the inspector's page; undefined: no page. */
  readonly inspectPort: number | undefined;
  /** How long the command looks for peers. */
  readonly waitMs: number;
}

interface NodeValues {
  readonly name?: string | undefined;
  readonly port?: string | undefined;
  readonly interface?: string[] | undefined;
  readonly json?: boolean | undefined;
  readonly 'key-file'?: string[] | undefined;
  readonly 'ask-key'?: boolean | undefined;
  readonly allow?: string[] | undefined;
  readonly open?: boolean | undefined;
  readonly trust?: boolean | undefined;
  readonly deny?: string[] | undefined;
  readonly 'no-discovery'?: boolean | undefined;
  readonly transport?: string[] | undefined;
}

interface CommandValues extends NodeValues {
  readonly state?: string | undefined;
  readonly ephemeral?: boolean | undefined;
  readonly inspect?: string | undefined;
  readonly wait?: string | undefined;
}

/** Throws `ERR_USAGE`. */
export function parseNode(values: NodeValues): Omit<NodeArguments, 'stateDir'> {
  if (values['ask-key'] && values['key-file']) throw usageOf('--ask-key and --key-file exclude each other.');
  return {
    name: values.name,
    port: parsePort(values.port),
    interfaces: values.interface,
    json: values.json ?? false,
    keyFiles: values['key-file'],
    askKey: values['ask-key'] ?? false,
    allow: values.allow,
    open: values.open ?? false,
    trust: values.trust ?? false,
    deny: values.deny,
    discovery: !values['no-discovery'],
    transports: parseTransports(values.transport),
  };
}

/** Where the identity is kept; undefined: nowhere. Throws `ERR_USAGE`. */
export function parseState(
  { state, ephemeral, trust }: Pick<CommandValues, 'state' | 'ephemeral' | 'trust'>,
  environment: NodeJS.ProcessEnv,
): string | undefined {
  if (state !== undefined && ephemeral) throw usageOf('--state and --ephemeral exclude each other.');
  if (trust && ephemeral) throw usageOf('--trust goes by what the state directory keeps, which --ephemeral has not.');
  return ephemeral ? undefined : (state ?? defaultStateDir(environment));
}

/** Throws `ERR_USAGE`. */
export function parseCommandNode(values: CommandValues, environment: NodeJS.ProcessEnv): CommandArguments {
  const seconds = parseWhole(values.wait ?? '10', '--wait', {
    what: 'a number of seconds',
    least: 1,
    most: limits.cli.mostWaitSeconds,
  });
  return {
    ...parseNode(values),
    stateDir: parseState(values, environment),
    lendsIdentity: values.state === undefined,
    inspectPort: parseInspectPort(values.inspect),
    waitMs: seconds * 1_000,
  };
}
