import { hostname } from 'node:os';
import { resolve } from 'node:path';
import type { InspectionEvent, Observer } from 'xstate';
import type { Device } from '../../api/devices.ts';
import type { InspectorOptions, NodeOptions, RecordingOptions } from '../../api/options.ts';
import { type Clock, type Logger, type Random, silentLogger, systemClock } from '../../environment.ts';
import { limits } from '../../limits.ts';
import { encodeProperties } from '../../protocol/presence/properties.ts';
import { defaultTransports, isKnownTransport, knownTransports, type Via } from '../../protocol/via.ts';
import { describe } from '../../validation/describe.ts';
import { parseInterfaces } from '../../validation/interfaces-option.ts';
import {
  booleanOption,
  functionOption,
  integerOption,
  listOption,
  objectOption,
  optionError,
  readOptions,
  textOption,
} from '../../validation/options.ts';
import { parseAccess } from '../access/access-option.ts';
import { parseSchemas } from './schemas-option.ts';

const clockMethods = ['now', 'monotonic', 'setTimeout', 'clearTimeout'] as const;
const iceUrl = /^(?:stuns?|turns?):[^\s]+$/i;

function parseName(value: unknown): string {
  if (value === undefined) return cut(hostname()) || 'lanpeer';
  const what = `a text of 1 to ${limits.discovery.nameBytes} bytes`;
  const name = textOption('name', value, what);
  if (Buffer.byteLength(name) > limits.discovery.nameBytes)
    throw optionError(`name: ${describe(name)} is not ${what}.`);
  return name;
}

const parseProperties = (value: unknown): Uint8Array | null => (value === undefined ? null : encodeProperties(value));

/** Absolute: a program that changes its directory keeps its state. */
function parseStateDir(value: unknown): string | undefined {
  if (value === undefined) return undefined;
  const stateDir = textOption('stateDir', value, 'the path of a directory');
  if (/^~([\\/]|$)/.test(stateDir))
    throw optionError(
      `stateDir: only a shell knows what ~ is: write ${stateDir} out, or ./${stateDir} if it is meant so.`,
    );
  return resolve(stateDir);
}

function cut(text: string): string {
  let short = text;
  while (Buffer.byteLength(short) > limits.discovery.nameBytes) short = short.slice(0, -1);
  return short;
}

function parseTransports(value: unknown): readonly Via[] {
  if (value === undefined) return defaultTransports;
  const rule = `${knownTransports.map((via) => `'${via}'`).join(', ')} or one of them, the preferred one first`;
  const given = listOption('transports', value, `a list of ${rule}`);
  const known = given.filter(isKnownTransport);
  if (known.length === 0 || known.length < given.length || new Set(known).size < given.length)
    throw optionError(`transports: ${describe(value)} is not a list of ${rule}.`);
  return known;
}

function parseIceServers(value: unknown): NonNullable<NodeOptions['iceServers']> {
  if (value === undefined) return [];
  return listOption('iceServers', value, 'a list of servers').map((server, at) => {
    const name = `iceServers[${at}]`;
    const { urls, username, credential } = readOptions(name, server, ['urls', 'username', 'credential']);
    if (typeof urls !== 'string' || !iceUrl.test(urls))
      throw optionError(
        `${name}.urls: ${describe(urls)} is not the URL of one server, such as 'stun:192.168.1.1:3478'.`,
      );
    // A credential is a secret: no message shows it.
    if (credential !== undefined && typeof credential !== 'string')
      throw optionError(`${name}.credential: it is not a text.`);
    return {
      urls,
      ...(username !== undefined && { username: textOption(`${name}.username`, username) }),
      ...(credential !== undefined && { credential }),
    };
  });
}

function parseAutoConnect(value: unknown): (device: Device) => boolean {
  if (typeof value === 'function') return value as (device: Device) => boolean;
  if (value !== undefined && typeof value !== 'boolean')
    throw optionError(`autoConnect: ${describe(value)} is not true, false or a function.`);
  return () => value ?? true;
}

function parseInspect(value: unknown): NodeOptions['inspect'] {
  if (value === undefined || typeof value === 'function') return value as NodeOptions['inspect'];
  return objectOption<Observer<InspectionEvent>>('inspect', value, 'a function or an observer', []);
}

function parseInspector(value: unknown): InspectorOptions | null {
  if (value === undefined || typeof value === 'boolean') return value ? {} : null;
  const { port = 0, messages = false } = readOptions('inspector', value, ['port', 'messages']);
  return {
    port: integerOption('inspector.port', port, 0, 65_535),
    messages: booleanOption('inspector.messages', messages),
  };
}

function parseRecording(value: unknown): RecordingOptions | null {
  if (value === undefined) return null;
  const { file, mask = false } = readOptions('recording', value, ['file', 'mask']);
  return {
    file: textOption('recording.file', file, 'the path of a file'),
    mask: booleanOption('recording.mask', mask),
  };
}

/** The options that {@link parseOptions} knows. */
export const optionNames = [
  'name',
  'access',
  'properties',
  'stateDir',
  'interfaces',
  'port',
  'messages',
  'discovery',
  'autoConnect',
  'transports',
  'iceServers',
  'maxMessageBytes',
  'maxMessageItems',
  'maxPeers',
  'logger',
  'clock',
  'random',
  'inspect',
  'inspector',
  'recording',
] as const satisfies readonly (keyof NodeOptions)[];

/** The options of a node with their defaults. Throws {@link LanpeerError}, before anything is opened. */
export function parseOptions(given: unknown) {
  const { bytes, largeBytes, mostBytes, items, leastItems, mostItems } = limits.messages;
  const options = readOptions('options', given, optionNames);
  // Defaults are for what is undefined: null is a value that cannot work.
  const { stateDir, port = 0, discovery = true, maxMessageBytes = bytes, maxPeers = limits.peers.default } = options;
  const { maxMessageItems = items } = options;
  const { logger = silentLogger, clock = systemClock, random = Math.random } = options;
  return {
    access: parseAccess(options.access),
    name: parseName(options.name),
    properties: parseProperties(options.properties),
    stateDir: parseStateDir(stateDir),
    interfaces: parseInterfaces(options.interfaces),
    port: integerOption('port', port, 0, 65_535),
    messages: parseSchemas(options.messages),
    discovery: booleanOption('discovery', discovery),
    autoConnect: parseAutoConnect(options.autoConnect),
    transports: parseTransports(options.transports),
    iceServers: parseIceServers(options.iceServers),
    maxMessageBytes: integerOption('maxMessageBytes', maxMessageBytes, largeBytes, mostBytes),
    maxMessageItems: integerOption('maxMessageItems', maxMessageItems, leastItems, mostItems),
    maxPeers: integerOption('maxPeers', maxPeers, 1, limits.peers.max),
    // One that lacks a method is still a logger of the others.
    logger: objectOption<Logger>('logger', logger, 'a logger', []),
    clock: objectOption<Clock>('clock', clock, 'a clock', clockMethods),
    random: functionOption<Random>('random', random),
    inspect: parseInspect(options.inspect),
    inspector: parseInspector(options.inspector),
    recording: parseRecording(options.recording),
  } as const;
}

export type NodeConfig = ReturnType<typeof parseOptions>;
