import { isIPv4, isIPv6 } from 'node:net';
import { parsePort, usageOf } from './common.ts';

/** Which peer a command is for: what answers at an address, or the one whose id or name begins with that text. */
export type PeerTarget = { readonly address: string; readonly port: number } | { readonly prefix: string };

/** Throws `ERR_USAGE`. */
export function parseAddress(text: string): { readonly address: string; readonly port: number } {
  const [address = '', port, ...more] = text.split(':');
  if (!isIPv4(address) || port === undefined || more.length > 0)
    throw usageOf(`${text || 'nothing'} is no IPv4 address with a port, such as 192.168.1.7:49152.`);
  const number = parsePort(port, 'the port of the peer');
  if (number === 0) throw usageOf('A peer does not listen on port 0: its line `ready` has the port.');
  return { address, port: number };
}

/** Throws `ERR_USAGE`. */
export function parseTarget(text: string): PeerTarget {
  if (text.trim() === '') throw usageOf('The name of the peer is empty.');
  if (isIPv4(text)) throw usageOf(`${text} needs the port as well, such as ${text}:49152; lanpeer peers lists names.`);
  if (isIPv6(text)) throw usageOf(`${text}: no node listens on IPv6 so far. Name the peer by its name or its id.`);
  return isIPv4(text.split(':', 1)[0] ?? '') && text.includes(':') ? parseAddress(text) : { prefix: text };
}
