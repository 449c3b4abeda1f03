import { hostname } from 'node:os';
import { resolve } from 'node:path';
import type { Access, InspectorOptions, NodeOptions, RecordingOptions } from '../api.ts';
import { silentLogger, systemClock } from '../environment.ts';
import { LanpeerError } from '../errors.ts';
import { limits } from '../limits.ts';
import type { AccessPolicy } from '../protocol/access.ts';
import { type DeviceId, isDeviceId } from '../protocol/device-id.ts';
import { parseNetworkKey } from '../protocol/network-key.ts';
import { type Via, vias } from '../protocol/via.ts';

const option = (message: string): LanpeerError => new LanpeerError('ERR_OPTION', message);

/** Throws `ERR_ACCESS_REQUIRED`, `ERR_NETWORK_KEY_FORMAT` or `ERR_OPTION`. */
function parseAccess(access: Access | undefined): AccessPolicy {
  if (access === 'open') return {};
  if (typeof access !== 'object' || access === null) throw new LanpeerError('ERR_ACCESS_REQUIRED');
  const {
    open = false,
    deny,
    networkKey,
    allow,
  } = access as { open?: boolean } & Exclude<Access, string | { open: true }>;
  if (typeof open !== 'boolean') throw option(`access.open: ${open} is neither true nor false.`);
  if (open && (networkKey !== undefined || allow !== undefined))
    throw option('access.open: it lets everybody in, so it goes neither with networkKey nor with allow.');
  if (!open && networkKey === undefined && allow === undefined) throw new LanpeerError('ERR_ACCESS_REQUIRED');
  return {
    ...(networkKey !== undefined && { networkKey: parseNetworkKey(networkKey) }),
    ...(allow !== undefined && { allow: parseIds('access.allow', allow) }),
    ...(deny !== undefined && { deny: parseIds('access.deny', deny) }),
  };
}

function parseIds(name: string, list: Iterable<string>): ReadonlySet<DeviceId> {
  const ids = new Set(list);
  for (const id of ids)
    if (!isDeviceId(id)) throw option(`${name}: ${JSON.stringify(id)} is not a device id (52 characters of base32).`);
  return ids;
}

function parseInteger(name: string, value: number, least: number, most: number): number {
  if (!Number.isInteger(value) || value < least || value > most)
    throw option(`${name}: ${value} is not a whole number from ${least} to ${most}.`);
  return value;
}

function parseName(name: string | undefined): string {
  if (name === undefined) return cut(hostname()) || 'lanpeer';
  if (typeof name !== 'string' || name === '' || Buffer.byteLength(name) > limits.discovery.nameBytes)
    throw option(`name: it has 1 to ${limits.discovery.nameBytes} bytes.`);
  return name;
}

/** Absolute: a program that changes its directory keeps its state. */
function parseStateDir(stateDir: string | undefined): string | undefined {
  if (stateDir === undefined) return undefined;
  if (typeof stateDir !== 'string' || stateDir === '') throw option('stateDir: it is the path of a directory.');
  if (/^~([\\/]|$)/.test(stateDir))
    throw option(`stateDir: only a shell knows what ~ is: write ${stateDir} out, or ./${stateDir} if it is meant so.`);
  return resolve(stateDir);
}

function cut(text: string): string {
  let short = text;
  while (Buffer.byteLength(short) > limits.discovery.nameBytes) short = short.slice(0, -1);
  return short;
}

function parseTransports(transports: readonly Via[] = vias): readonly Via[] {
  const known = new Set(vias.filter((via) => transports.includes(via)));
  if (transports.length === 0 || known.size !== transports.length)
    throw option(
      `transports: name ${vias.map((via) => `'${via}'`).join(', ')} or one of them, the preferred one first.`,
    );
  return [...transports];
}

function parseInspector(inspector: boolean | InspectorOptions = false): InspectorOptions | null {
  if (typeof inspector === 'boolean') return inspector ? {} : null;
  const { port = 0, messages = false } = inspector;
  return { port: parseInteger('inspector.port', port, 0, 65_535), messages };
}

function parseRecording(recording: RecordingOptions | undefined): RecordingOptions | null {
  if (recording === undefined) return null;
  if (typeof recording.file !== 'string' || recording.file === '')
    throw option('recording.file: it is the path of a file.');
  return recording;
}

/** The options of a node with their defaults. Throws {@link LanpeerError}, before anything is opened. */
export function parseOptions(options: NodeOptions) {
  const access = parseAccess(options?.access);
  const { autoConnect = true } = options;
  return {
    name: parseName(options.name),
    access,
    stateDir: parseStateDir(options.stateDir),
    interfaces: options.interfaces,
    port: parseInteger('port', options.port ?? 0, 0, 65_535),
    discovery: options.discovery ?? true,
    autoConnect: typeof autoConnect === 'function' ? autoConnect : () => autoConnect,
    transports: parseTransports(options.transports),
    iceServers: options.iceServers ?? [],
    messageBytes: parseInteger(
      'messageBytes',
      options.messageBytes ?? limits.messages.bytes,
      limits.messages.largeBytes,
      limits.messages.mostBytes,
    ),
    maxPeers: parseInteger('maxPeers', options.maxPeers ?? limits.peers.default, 1, limits.peers.max),
    logger: options.logger ?? silentLogger,
    clock: options.clock ?? systemClock,
    random: options.random ?? Math.random,
    inspect: options.inspect,
    inspector: parseInspector(options.inspector),
    recording: parseRecording(options.recording),
  } as const;
}

export type NodeConfig = ReturnType<typeof parseOptions>;
