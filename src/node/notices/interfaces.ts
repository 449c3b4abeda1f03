import { readFileSync } from 'node:fs';
import { isIPv4 } from 'node:net';
import { type Interfaces, readInterfaces } from '../../util/interfaces.ts';
import { isLoopback } from '../../util/loopback.ts';

interface Named {
  readonly name: string;
  readonly address: string;
  readonly internal: boolean;
}

/** Which of the addresses of this machine a node uses. */
export interface InterfaceChoice {
  /** IPv4 addresses that are there. */
  readonly addresses: readonly string[];
  /** Chosen names and addresses that are not there now. */
  readonly missing: readonly string[];
  /** Nothing was chosen, and there is no other address than those of loopback. */
  readonly onlyLoopback: boolean;
}

const ipv4 = (interfaces: Interfaces): Named[] =>
  Object.entries(interfaces).flatMap(([name, list]) =>
    (list ?? [])
      .filter(({ family }) => family === 'IPv4')
      .map(({ address, internal }) => ({ name, address, internal })),
  );

/** The addresses that a chosen address or name of an interface stands for. */
function addressesOf(one: string, present: readonly Named[]): readonly string[] {
  if (!isIPv4(one)) return present.filter(({ name }) => name === one).map(({ address }) => address);
  // All of 127.0.0.0/8 leads here, though only one address of it is listed.
  const isThere = present.some(({ address, internal }) => address === one || (internal && isLoopback(one)));
  return isThere ? [one] : [];
}

/** Those that were chosen, by address or by the name of the interface, else all but loopback, else loopback. */
export function readChoice(
  chosen: readonly string[] | undefined,
  interfaces: Interfaces = readInterfaces(),
): InterfaceChoice {
  const present = ipv4(interfaces);
  if (!chosen) {
    const outside = present.filter(({ internal }) => !internal).map(({ address }) => address);
    if (outside.length > 0) return { addresses: outside, missing: [], onlyLoopback: false };
    return { addresses: ['127.0.0.1'], missing: [], onlyLoopback: true };
  }
  const found = chosen.map((one) => addressesOf(one, present));
  return {
    addresses: [...new Set(found.flat())],
    missing: chosen.filter((_, at) => found[at]?.length === 0),
    onlyLoopback: false,
  };
}

/** The IPv4 addresses to use that are there now. */
export const chooseAddresses = (chosen: readonly string[] | undefined): readonly string[] =>
  readChoice(chosen).addresses;

/** Where packets to elsewhere go, as far as the system tells: Linux does. */
function defaultRoutes(): string[] {
  try {
    const [, ...lines] = readFileSync('/proc/net/route', 'utf8').split('\n');
    // Interface, destination, gateway: all zeros are the default.
    return lines.map((line) => line.split('\t').slice(0, 3).join(' ')).filter((line) => / 0{8} /.test(line));
  } catch {
    return [];
  }
}

/** What this machine's network looks like: changes whenever its addresses or default routes do. */
export const networkSignature = (): string =>
  [...ipv4(readInterfaces()).map(({ name, address }) => `${name} ${address}`), ...defaultRoutes()].sort().join('\n');
