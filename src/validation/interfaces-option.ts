import { isIP, isIPv4 } from 'node:net';
import { describe } from './describe.ts';
import { listOption, optionError } from './options.ts';

/** True for an IPv6 literal, with or without a zone or brackets. */
export const isIPv6Literal = (text: string): boolean => isIP(text.replace(/^\[(.*)\]$/, '$1')) === 6;

/** What to say where a program asks for IPv6. */
export const noIPv6 = 'is an IPv6 address, and lanpeer uses IPv4 only so far';

/** Interfaces have names of other forms on each system; none has a slash or control characters in it. */
const namePattern = /^[^\p{C}/]{1,255}$/u;

function parseInterface(one: unknown, name: string): string {
  const shown = `${name}: ${describe(one)}`;
  if (typeof one !== 'string')
    throw optionError(`${shown} is not an IPv4 address or the name of an interface of this machine.`);
  if (isIPv6Literal(one))
    throw optionError(`${shown} ${noIPv6}: give an IPv4 address, or the name of the interface, such as 'eth0'.`);
  const [address = '', bits] = one.split('/');
  if (bits !== undefined && isIPv4(address))
    throw optionError(`${shown} is a subnet: give the address of this machine in it, or the name of the interface.`);
  const isAddress = /^[\d.]+$/.test(one);
  if (isAddress ? !isIPv4(one) : !namePattern.test(one) || one.trim() !== one)
    throw optionError(`${shown} is not an IPv4 address or the name of an interface of this machine.`);
  return one;
}

/** Addresses and names of interfaces, which may not be there yet. Throws `ERR_OPTION`. */
export function parseInterfaces(value: unknown): readonly string[] | undefined {
  if (value === undefined) return undefined;
  const what = "a list of IPv4 addresses or names of interfaces, such as ['192.168.1.7'] or ['eth0']";
  const interfaces = listOption('interfaces', value, what);
  // All of them would be the opposite of what a program that looked for some and found none wants.
  if (interfaces.length === 0) throw optionError('interfaces: it names none; leave it out for all of them.');
  return interfaces.map((one, at) => parseInterface(one, `interfaces[${at}]`));
}
