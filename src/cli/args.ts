import { homedir } from 'node:os';
import { join } from 'node:path';
import { type ParseArgsConfig, parseArgs } from 'node:util';
import { LanpeerError } from '../errors.ts';
import { type Via, vias } from '../protocol/via.ts';

const usageOf = (message: string): LanpeerError => new LanpeerError('ERR_USAGE', message);

/** What `lanpeer run` was asked to do. */
export interface RunArguments {
  readonly name: string | undefined;
  readonly port: number;
  readonly interfaces: readonly string[] | undefined;
  /** Undefined: an identity for this run only. */
  readonly stateDir: string | undefined;
  readonly json: boolean;
  readonly keyFile: string | undefined;
  readonly allow: readonly string[] | undefined;
  readonly open: boolean;
  readonly discovery: boolean;
  /** The preferred one first; undefined: all of them. */
  readonly transports: readonly Via[] | undefined;
  /** Port of the inspector's page; undefined: no page. */
  readonly inspectPort: number | undefined;
  readonly inspectMessages: boolean;
  /** File for a recording. */
  readonly record: string | undefined;
  readonly mask: boolean;
}

/** What `lanpeer inspect` was asked to show. */
export interface InspectArguments {
  /** A recording; undefined: the node that runs with that state directory. */
  readonly file: string | undefined;
  readonly stateDir: string;
  readonly port: number;
  /** Whether the link is handed to a browser. */
  readonly opens: boolean;
}

export type Command =
  | { readonly command: 'run'; readonly run: RunArguments }
  | { readonly command: 'inspect'; readonly inspect: InspectArguments }
  | { readonly command: 'id'; readonly stateDir: string }
  | { readonly command: 'key' | 'help' | 'version' };

export const help = `lanpeer: programs on one local network find each other and talk directly

  lanpeer key                    makes a network key: give the same to every device
  lanpeer id [--state DIR]       prints this device's id
  lanpeer run [options]          runs a node until it is interrupted
  lanpeer inspect [--state DIR]  shows the node that runs with --inspect
  lanpeer inspect FILE           shows a recording; --port PORT serves it there
                                 both open a browser, --print only prints the link

  --key-file FILE    network key; the variable LANPEER_KEY may hold it instead
  --allow ID         lets in only this device; may be repeated
  --open             lets in every device on the network
  --name NAME        shown to others; default: the host name
  --interface IP     uses this interface; may be repeated; default: all but loopback
  --port PORT        TCP port to listen on; default: any free one
  --state DIR        keeps the identity there; default: $XDG_STATE_HOME/lanpeer
  --ephemeral        an identity for this run only
  --no-discovery     no mDNS: peers are connected to by address
  --transport NAME   webrtc or tls, the preferred one first; may be repeated; default: webrtc, then tls
  --inspect [PORT]   serves a page on 127.0.0.1 that shows every connection
  --inspect-messages shows the beginnings of messages there as well
  --record FILE      records what the machines do; --mask replaces names, addresses and ids
  --json             speaks JSON lines on standard input and output
  --help, --version

Exit codes: 0 stopped as asked, 1 failed while running, 2 wrong usage.`;

const runOptions = {
  name: { type: 'string' },
  port: { type: 'string' },
  interface: { type: 'string', multiple: true },
  state: { type: 'string' },
  ephemeral: { type: 'boolean' },
  json: { type: 'boolean' },
  'key-file': { type: 'string' },
  allow: { type: 'string', multiple: true },
  open: { type: 'boolean' },
  'no-discovery': { type: 'boolean' },
  transport: { type: 'string', multiple: true },
  webrtc: { type: 'string' },
  inspect: { type: 'string' },
  'inspect-messages': { type: 'boolean' },
  record: { type: 'string' },
  mask: { type: 'boolean' },
} as const satisfies ParseArgsConfig['options'];

/** Where the command line keeps the identity unless it is told otherwise. */
function defaultStateDir(environment: NodeJS.ProcessEnv): string {
  const base = environment['XDG_STATE_HOME'];
  return join(base || join(homedir(), '.local', 'state'), 'lanpeer');
}

function parse<Options extends NonNullable<ParseArgsConfig['options']>>(args: readonly string[], options: Options) {
  try {
    return parseArgs({ args: [...args], options, strict: true, allowPositionals: false }).values;
  } catch (thrown) {
    throw usageOf(thrown instanceof Error ? thrown.message : String(thrown));
  }
}

function parsePort(text: string | undefined, name = '--port'): number {
  const port = Number(text ?? '0');
  if (text === '' || !Number.isInteger(port) || port < 0 || port > 65_535)
    throw usageOf(`${name}: ${text} is not a port.`);
  return port;
}

/** `--inspect` may stand alone or have a port after it. */
const withPort = (args: readonly string[]): readonly string[] =>
  args.flatMap((arg, at) => {
    if (args[at - 1] === '--inspect' && /^\d+$/.test(arg)) return [];
    if (arg !== '--inspect') return [arg];
    const next = args[at + 1] ?? '';
    return [`--inspect=${/^\d+$/.test(next) ? next : '0'}`];
  });

function parseTransports(names: readonly string[] | undefined): readonly Via[] | undefined {
  return names?.map((name, at) => {
    const via = vias.find((one) => one === name);
    if (!via || names.indexOf(name) !== at) throw usageOf(`--transport: name each of ${vias.join(', ')} once at most.`);
    return via;
  });
}

function parseRun(args: readonly string[], environment: NodeJS.ProcessEnv): RunArguments {
  const values = parse(withPort(args), runOptions);
  if (values.state !== undefined && values.ephemeral) throw usageOf('--state and --ephemeral exclude each other.');
  if (values.webrtc !== undefined && values.webrtc !== 'werift')
    throw usageOf(`--webrtc: ${values.webrtc} is not available in this version; werift is.`);
  if (values['inspect-messages'] && values.inspect === undefined)
    throw usageOf('--inspect-messages goes with --inspect.');
  if (values.mask && values.record === undefined) throw usageOf('--mask goes with --record.');
  return {
    name: values.name,
    port: parsePort(values.port),
    interfaces: values.interface,
    stateDir: values.ephemeral ? undefined : (values.state ?? defaultStateDir(environment)),
    json: values.json ?? false,
    keyFile: values['key-file'],
    allow: values.allow,
    open: values.open ?? false,
    discovery: !values['no-discovery'],
    transports: parseTransports(values.transport),
    inspectPort: values.inspect === undefined ? undefined : parsePort(values.inspect, '--inspect'),
    inspectMessages: values['inspect-messages'] ?? false,
    record: values.record,
    mask: values.mask ?? false,
  };
}

function parseInspect(args: readonly string[], environment: NodeJS.ProcessEnv): InspectArguments {
  const isFile = args[0] !== undefined && !args[0].startsWith('-');
  const file = isFile ? args[0] : undefined;
  const { state, port, print } = parse(isFile ? args.slice(1) : args, {
    state: { type: 'string' },
    port: { type: 'string' },
    print: { type: 'boolean' },
  });
  if (file !== undefined && state !== undefined) throw usageOf('A recording has no state directory.');
  if (file === undefined && port !== undefined) throw usageOf('--port goes with a recording.');
  return { file, stateDir: state ?? defaultStateDir(environment), port: parsePort(port), opens: !print };
}

/** The command in the arguments. Throws {@link LanpeerError} `ERR_USAGE`. */
export function parseCommand(args: readonly string[], environment: NodeJS.ProcessEnv): Command {
  const [name, ...rest] = args;
  if (name === undefined) throw usageOf('A command is missing.');
  if (name === '--help' || name === '-h' || name === 'help' || rest.includes('--help')) return { command: 'help' };
  if (name === '--version') return { command: 'version' };
  if (name === 'run') return { command: 'run', run: parseRun(rest, environment) };
  if (name === 'inspect') return { command: 'inspect', inspect: parseInspect(rest, environment) };
  if (name === 'id') {
    const { state } = parse(rest, { state: { type: 'string' } });
    return { command: 'id', stateDir: state ?? defaultStateDir(environment) };
  }
  if (name === 'key') {
    parse(rest, {});
    return { command: 'key' };
  }
  throw usageOf(`There is no command ${name}.`);
}
