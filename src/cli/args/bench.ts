import { isIPv4 } from 'node:net';
import type { ParseArgsConfig } from 'node:util';
import { limits } from '../../limits.ts';
import { type DeviceId, isDeviceId } from '../../protocol/device-id.ts';
import type { Via } from '../../protocol/via.ts';
import { nodeOptions, parsePort, parseTransports, parseWhole, parseWords, usageOf } from './common.ts';
import type { RunArguments } from './run.ts';

/** The peer to measure with: at an address, or a device that mDNS hears. */
export type BenchTarget = { readonly address: string; readonly port: number } | { readonly id: DeviceId };

/** What `lanpeer bench` was asked to do. */
export interface BenchArguments
  extends Pick<RunArguments, 'name' | 'port' | 'interfaces' | 'keyFiles' | 'allow' | 'open' | 'deny' | 'json'> {
  /** Undefined: serves the measurements of others. */
  readonly target: BenchTarget | undefined;
  /** Undefined: an identity for this run only. */
  readonly stateDir: string | undefined;
  readonly discovery: boolean;
  /** In this order, each by itself; undefined: all of them. */
  readonly transports: readonly Via[] | undefined;
  /** How long one figure is measured. */
  readonly seconds: number;
}

const options = {
  ...nodeOptions,
  serve: { type: 'boolean' },
  seconds: { type: 'string' },
} as const satisfies ParseArgsConfig['options'];

function parseTarget(peer: string): BenchTarget {
  const isId: boolean = isDeviceId(peer);
  if (isId) return { id: peer };
  const [address = '', port, ...more] = peer.split(':');
  if (!isIPv4(address) || port === undefined || more.length > 0)
    throw usageOf(`${peer} is neither the id of a device nor an IPv4 address with a port, such as 192.168.1.7:49152.`);
  const number = parsePort(port, 'the port of the peer');
  if (number === 0) throw usageOf('A peer does not listen on port 0: its line `ready` has the port.');
  return { address, port: number };
}

/** Throws `ERR_USAGE`. */
export function parseBench(args: readonly string[]): BenchArguments {
  const { values, positionals } = parseWords(args, options, true);
  const [peer, ...more] = positionals;
  if (more.length > 0) throw usageOf('One peer is measured with at a time.');
  if (values.serve && peer !== undefined) throw usageOf('--serve waits for others: it goes without a peer.');
  if (!values.serve && peer === undefined)
    throw usageOf('Name the peer to measure with, by its id or as ADDRESS:PORT; it has to run lanpeer bench --serve.');
  if (values.serve && values.seconds !== undefined)
    throw usageOf('--seconds goes with a peer: it says how long to measure.');
  if (peer !== undefined && values.port !== undefined) throw usageOf('--port goes with --serve.');
  const target = peer === undefined ? undefined : parseTarget(peer);
  if (target && 'id' in target && values['no-discovery'])
    throw usageOf('Without mDNS a peer is named as ADDRESS:PORT.');
  return {
    target,
    name: values.name,
    port: parsePort(values.port),
    interfaces: values.interface,
    stateDir: values.state,
    json: values.json ?? false,
    keyFiles: values['key-file'],
    allow: values.allow,
    open: values.open ?? false,
    deny: values.deny,
    // Whoever dials an address needs to hear nobody.
    discovery: !values['no-discovery'] && !(target && 'address' in target),
    transports: parseTransports(values.transport),
    seconds: parseWhole(values.seconds ?? '2', '--seconds', {
      what: 'a duration',
      least: 1,
      most: limits.cli.benchMostSeconds,
    }),
  };
}
