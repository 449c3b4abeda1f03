import type { ParseArgsConfig } from 'node:util';
import { errorCodes } from '../../errors.ts';
import { isMessageType } from '../../protocol/message-type.ts';
import { parseInspectPort, parseWhole, parseWords, usageOf } from './common.ts';
import { type NodeArguments, nodeOptions, parseNode, parseState } from './node.ts';
import { parseAddress } from './target.ts';

/** What `lanpeer run` was asked to do. */
export interface RunArguments extends NodeArguments {
  /** Whether the node stops when standard input ends. */
  readonly untilStdinEnds: boolean | undefined;
  /** The process with whose end the node stops. */
  readonly parent: number | undefined;
  /** Where peers are that the node connects to. */
  readonly connect: readonly { readonly address: string; readonly port: number }[];
  /** Port of the inspector's page; undefined: no page. */
  readonly inspectPort: number | undefined;
  readonly inspectMessages: boolean;
  /** File for a recording. */
  readonly record: string | undefined;
  readonly mask: boolean;
  /** Folder for what peers send as byte streams, and the types of those that are accepted; undefined: none are. */
  readonly streams: { readonly folder: string; readonly types: readonly string[] } | undefined;
}

const runOptions = {
  ...nodeOptions,
  ephemeral: { type: 'boolean' },
  connect: { type: 'string', multiple: true },
  'until-stdin-ends': { type: 'boolean' },
  parent: { type: 'string' },
  inspect: { type: 'string' },
  'inspect-messages': { type: 'boolean' },
  record: { type: 'string' },
  mask: { type: 'boolean' },
  streams: { type: 'string' },
  accept: { type: 'string', multiple: true },
} as const satisfies ParseArgsConfig['options'];

/** Larger than any pid of Linux, macOS and Windows. */
const mostPid = 2 ** 31 - 1;

function parseParent(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const pid = parseWhole(text, '--parent', { what: 'the id of a process', least: 1, most: mostPid });
  if (pid === process.pid) throw usageOf(`--parent: ${pid} is this process itself.`);
  return pid;
}

function parseStreams(folder: string | undefined, types: readonly string[] = []): RunArguments['streams'] {
  if (folder === undefined && types.length > 0)
    throw usageOf('--accept goes with --streams, the folder for what is accepted.');
  if (folder === undefined) return undefined;
  if (types.length === 0) throw usageOf('--streams goes with --accept, the type of the streams that are accepted.');
  const wrong = types.find((type) => !isMessageType(type));
  if (wrong !== undefined) throw usageOf(`--accept: ${wrong || 'nothing'} is not a type. ${errorCodes.ERR_TYPE}`);
  return { folder, types };
}

/** Throws `ERR_USAGE`. */
export function parseRun(args: readonly string[], environment: NodeJS.ProcessEnv): RunArguments {
  const { values } = parseWords(args, runOptions);
  if (values['inspect-messages'] && values.inspect === undefined)
    throw usageOf('--inspect-messages goes with --inspect.');
  if (values.mask && values.record === undefined) throw usageOf('--mask goes with --record.');
  return {
    ...parseNode(values),
    stateDir: parseState(values, environment),
    untilStdinEnds: values['until-stdin-ends'],
    parent: parseParent(values.parent),
    connect: (values.connect ?? []).map(parseAddress),
    inspectPort: parseInspectPort(values.inspect),
    inspectMessages: values['inspect-messages'] ?? false,
    record: values.record,
    mask: values.mask ?? false,
    streams: parseStreams(values.streams, values.accept),
  };
}
