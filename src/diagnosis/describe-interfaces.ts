import type { MachineInterface } from '../adapters/machine/port.ts';
import { printable } from '../util/printable.ts';

const shown = 8;

const kinds: Readonly<Record<MachineInterface['kind'], string>> = {
  wired: 'wired',
  wireless: 'wireless',
  bridge: 'a bridge',
  virtual: 'containers or virtual machines of this computer',
  vpn: 'a VPN',
  loopback: 'this computer alone',
  other: '',
};

const isLinkLocal6 = (address: string): boolean => /^fe[89ab]/i.test(address);

/** Its name, and what it is. */
export function nameInterface({ name, kind }: Pick<MachineInterface, 'name' | 'kind'>): string {
  const what = kinds[kind];
  return `${printable(name)}${what && ` (${what})`}`;
}

/** What an interface is and which addresses it has. */
export function describeInterface(one: MachineInterface): string {
  const { addresses, state } = one;
  const ipv4 = addresses.filter(({ family }) => family === 4).map(({ address }) => address);
  const name = nameInterface(one);
  if (ipv4.length > 0) {
    const more = ipv4.length > shown ? `, and ${ipv4.length - shown} more` : '';
    return `${name} has ${ipv4.slice(0, shown).join(', ')}${more}`;
  }
  if (state === 'down') return `${name} is down: no cable, no Wi-Fi, or switched off`;
  if (addresses.some(({ address }) => !isLinkLocal6(address))) return `${name} has IPv6 alone`;
  return `${name} has no IPv4 address`;
}

/** The interfaces of a machine, for people, on one line. */
export function describeInterfaces(interfaces: readonly MachineInterface[]): string {
  const texts = interfaces.slice(0, shown).map(describeInterface);
  const more = interfaces.length > shown ? `, and ${interfaces.length - shown} more` : '';
  return `${texts.join(', ') || 'there is no interface'}${more}`;
}
