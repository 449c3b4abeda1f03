import { BlockList } from 'node:net';
import type { networkInterfaces } from 'node:os';

/** What the machine's IPv4 addresses say about who is near. */
export interface Network {
  /** Changes whenever anything about the addresses does. */
  readonly signature: string;
  /** True for addresses of this machine. */
  isOwn(source: string): boolean;
  /** True if the source is on the link of that interface: mDNS does not cross routers (RFC 6762 section 11). */
  isOnLink(source: string, address: string): boolean;
}

const isLoopback = (address: string): boolean => address.startsWith('127.');

export function readNetwork(interfaces: ReturnType<typeof networkInterfaces>): Network {
  const all = Object.values(interfaces).flatMap((list) => (list ?? []).filter(({ family }) => family === 'IPv4'));
  const own = new Set(all.map(({ address }) => address));
  const links = new Map<string, BlockList>();
  for (const { address, cidr } of all) {
    const [, bits] = (cidr ?? `${address}/32`).split('/');
    const link = new BlockList();
    link.addSubnet(address, Number(bits), 'ipv4');
    links.set(address, link);
  }
  return {
    signature: all
      .map(({ address, cidr, mac }) => `${address} ${cidr} ${mac}`)
      .sort()
      .join('\n'),
    isOwn: (source) => own.has(source) || isLoopback(source),
    isOnLink: (source, address) =>
      isLoopback(address) ? isLoopback(source) : (links.get(address)?.check(source, 'ipv4') ?? false),
  };
}
