import { readFileSync } from 'node:fs';
import { networkInterfaces } from 'node:os';
import type { Clock } from '../environment.ts';
import { LanpeerError } from '../errors.ts';
import { limits } from '../limits.ts';
import { createWakeWatch } from '../wake.ts';

interface Named {
  readonly address: string;
  readonly internal: boolean;
}

function ipv4(): Named[] {
  return Object.values(networkInterfaces()).flatMap((list) => (list ?? []).filter(({ family }) => family === 'IPv4'));
}

/**
 * The IPv4 addresses to use: those that were chosen, else all but loopback, else loopback. Throws
 * `ERR_INTERFACE_UNKNOWN` for a chosen one that this machine does not have.
 */
export function chooseAddresses(chosen: readonly string[] | undefined): readonly string[] {
  const present = ipv4();
  if (!chosen || chosen.length === 0) {
    const outside = present.filter(({ internal }) => !internal).map(({ address }) => address);
    return outside.length > 0 ? outside : ['127.0.0.1'];
  }
  // All of 127.0.0.0/8 leads here, though only one address of it is listed.
  const loopback = present.some(({ internal }) => internal);
  for (const address of chosen) {
    const known = present.some((one) => one.address === address) || (loopback && address.startsWith('127.'));
    if (!known) {
      const have = present.map((one) => one.address).join(', ');
      throw new LanpeerError('ERR_INTERFACE_UNKNOWN', `No interface has the address ${address}; there are ${have}.`);
    }
  }
  return [...new Set(chosen)];
}

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
  [...ipv4().map(({ address }) => address), ...defaultRoutes()].sort().join('\n');

/** Calls back when the signature changed, or the machine woke from a sleep; returns the function that ends this. */
export function watchNetwork(clock: Clock, signature: () => string, changed: () => void): () => void {
  const every = limits.discovery.interfacesEveryMs;
  const wake = createWakeWatch(clock, every, limits.link.downMs);
  let known = signature();
  let timer = clock.setTimeout(look, every);
  function look(): void {
    const { slept } = wake();
    const current = signature();
    if (slept || current !== known) changed();
    known = current;
    timer = clock.setTimeout(look, every);
  }
  return () => clock.clearTimeout(timer);
}
