import { BlockList, isIP } from 'node:net';

const loopback = new BlockList();
loopback.addSubnet('127.0.0.0', 8, 'ipv4');
loopback.addAddress('::1', 'ipv6');

/** True for an IP literal of this machine itself, in whatever notation: 127.0.0.0/8 and ::1 (RFC 6890). */
export function isLoopback(address: string): boolean {
  const version = isIP(address);
  // For each source of mDNS, of which a stranger can invent many: the list costs 20 times as much.
  if (version === 4) return address.startsWith('127.');
  return version === 6 && loopback.check(address, 'ipv6');
}
