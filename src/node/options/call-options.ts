import { isIP } from 'node:net';
import type { RequestOptions, SendOptions } from '../../api/messages.ts';
import type { ConnectTarget } from '../../api/peers.ts';
import type { OpenStreamOptions } from '../../api/streams.ts';
import { errorCodes, LanpeerError } from '../../errors.ts';
import { type DeviceId, isDeviceId } from '../../protocol/device-id.ts';
import { isMessageType } from '../../protocol/message-type.ts';
import { describe } from '../../validation/describe.ts';
import { isIPv6Literal, noIPv6 } from '../../validation/interfaces-option.ts';
import { booleanOption, integerOption, optionError, readOptions, timeoutOption } from '../../validation/options.ts';
import { signalOption } from '../../validation/signal-option.ts';

/** What is passed to the calls of a node. All of it throws `ERR_OPTION` but {@link parseType}. */

const none: SendOptions = {};
const sendOptions = ['wait', 'signal', 'volatile', 'borrow'] as const;

export function parseSendOptions(options: unknown): SendOptions {
  if (options === undefined) return none;
  const { wait, signal, volatile, borrow } = readOptions('options', options, sendOptions);
  if (wait === undefined && signal === undefined && volatile === undefined && borrow === undefined) return none;
  return {
    ...(wait !== undefined && { wait: booleanOption('wait', wait) }),
    ...(signal !== undefined && { signal: signalOption('signal', signal) }),
    ...(volatile !== undefined && { volatile: booleanOption('volatile', volatile) }),
    ...(borrow !== undefined && { borrow: booleanOption('borrow', borrow) }),
  };
}

export function parseRequestOptions(options: unknown): RequestOptions {
  const { timeout, signal, borrow } = readOptions('options', options, ['timeout', 'signal', 'borrow']);
  return {
    ...(timeout !== undefined && { timeout: timeoutOption('timeout', timeout) }),
    ...(borrow !== undefined && { borrow: booleanOption('borrow', borrow) }),
    ...(signal !== undefined && { signal: signalOption('signal', signal) }),
  };
}

export function parseOpenStreamOptions(options: unknown): OpenStreamOptions {
  const { data, signal } = readOptions('options', options, ['data', 'signal']);
  return { data, ...(signal !== undefined && { signal: signalOption('signal', signal) }) };
}

export function parseTarget(target: unknown): ConnectTarget {
  const { address: given, port, id, signal } = readOptions('target', target, ['address', 'port', 'id', 'signal']);
  // An IPv4 address in the form of IPv6 (RFC 4291 section 2.5.5.2).
  const address = typeof given === 'string' ? given.replace(/^::ffff:(?=[\d.]+$)/i, '') : given;
  if (typeof address !== 'string' || isIP(address) === 0)
    throw optionError(`target.address: ${describe(address)} is not an IP address.`);
  if (isIPv6Literal(address))
    throw optionError(`target.address: ${describe(address)} ${noIPv6}: give the IPv4 address of the peer.`);
  if (id !== undefined && !isDeviceId(id))
    throw optionError(`target.id: ${describe(id)} is not a device id (52 characters of base32).`);
  return {
    address,
    port: integerOption('target.port', port, 1, 65_535),
    ...(id !== undefined && { id }),
    ...(signal !== undefined && { signal: signalOption('target.signal', signal) }),
  };
}

/** The peer that a call names: a text, whether there is such a peer or not. */
export function parseTo(name: string, id: unknown): DeviceId {
  if (typeof id !== 'string') throw optionError(`${name}: ${describe(id)} is not the id of a peer, which is a text.`);
  return id;
}

/** Throws `ERR_TYPE`. */
export function parseType(type: unknown): string {
  if (isMessageType(type)) return type;
  throw new LanpeerError('ERR_TYPE', `type: ${describe(type)} cannot be one. ${errorCodes.ERR_TYPE}.`);
}
