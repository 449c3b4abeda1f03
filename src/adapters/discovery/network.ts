import { BlockList } from 'node:net';
import type { Interfaces } from '../../util/interfaces.ts';
import { isLoopback } from '../../util/loopback.ts';
import type { NetworkInterface } from './interfaces.ts';

/** What the machine's IPv4 addresses say about who is near. */
export interface Network {
  /** Changes whenever anything about the addresses does. */
  readonly signature: string;
  /** True for addresses of this machine. */
  isOwn(source: string): boolean;
  /** True if the source is on the link of that interface: mDNS does not cross routers (RFC 6762 section 11). */
  isOnLink(source: string, address: string): boolean;
  /**
   * Addresses of RFC 1918 that are neither of this machine nor on the link of that interface: where a router passes mDNS
   * on between networks (a reflector) it names these.
   */
  privateOffLink(addresses: readonly string[], address: string): readonly string[];
  /** True if the source is on the link of any interface. */
  isNear(source: string): boolean;
  /** The name of the interface that has that address; the address itself while none has it. */
  nameOf(address: string): string;
}

/** True if the source is on the link of that interface, by any of its addresses. */
export const isOnLinkOf = (network: Network, source: string, { addresses }: NetworkInterface): boolean =>
  addresses.some((address) => network.isOnLink(source, address));

/** RFC 1918 section 3. */
const isPrivate = (address: string): boolean => /^(10|172\.(1[6-9]|2\d|3[01])|192\.168)\./.test(address);

export function readNetwork(interfaces: Interfaces): Network {
  const all = Object.entries(interfaces).flatMap(([name, list]) =>
    (list ?? []).filter(({ family }) => family === 'IPv4').map((entry) => ({ ...entry, name })),
  );
  const own = new Set(all.map(({ address }) => address));
  const links = new Map<string, BlockList>();
  for (const { address, cidr } of all) {
    const [, bits] = (cidr ?? `${address}/32`).split('/');
    const link = new BlockList();
    link.addSubnet(address, Number(bits), 'ipv4');
    links.set(address, link);
  }
  const isOwn = (source: string): boolean => own.has(source) || isLoopback(source);
  const isOnLink = (source: string, address: string): boolean =>
    isLoopback(address) ? isLoopback(source) : (links.get(address)?.check(source, 'ipv4') ?? false);
  return {
    isNear: (source) => isLoopback(source) || [...links.values()].some((link) => link.check(source, 'ipv4')),
    nameOf: (address) =>
      all.find((one) => one.address === address || (one.internal && isLoopback(address)))?.name ?? address,
    signature: all
      .map(({ name, address, cidr, mac }) => `${name} ${address} ${cidr} ${mac}`)
      .sort()
      .join('\n'),
    isOwn,
    isOnLink,
    privateOffLink: (addresses, address) =>
      // No packet of a router comes over loopback.
      isLoopback(address) ? [] : addresses.filter((one) => isPrivate(one) && !isOwn(one) && !isOnLink(one, address)),
  };
}
