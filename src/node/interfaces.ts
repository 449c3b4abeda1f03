import { networkInterfaces } from 'node:os';
import type { Clock } from '../environment.ts';
import { LanpeerError } from '../errors.ts';
import { limits } from '../limits.ts';

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

/** Calls back when the machine's addresses changed or it woke from a sleep; returns the function that ends this. */
export function watchNetwork(clock: Clock, changed: () => void): () => void {
  const every = limits.discovery.interfacesEveryMs;
  const signature = (): string =>
    ipv4()
      .map(({ address }) => address)
      .sort()
      .join(' ');
  let known = signature();
  let looked = clock.monotonic();
  let timer = clock.setTimeout(look, every);
  function look(): void {
    const now = clock.monotonic();
    const slept = now - looked > every + limits.link.downMs;
    const current = signature();
    if (slept || current !== known) changed();
    known = current;
    looked = now;
    timer = clock.setTimeout(look, every);
  }
  return () => clock.clearTimeout(timer);
}
