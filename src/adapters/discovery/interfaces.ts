import type { Interfaces } from '../../util/interfaces.ts';
import { isLoopback } from '../../util/loopback.ts';

/** An interface of this machine, with those of its addresses that are used. */
export interface NetworkInterface {
  /** Of the interface; an address that no interface has stands for itself. */
  readonly name: string;
  /** The first one: by it the system finds the interface. */
  readonly address: string;
  readonly addresses: readonly string[];
}

/** Linux names the further addresses of `eth0` `eth0:1` if they were given a label. */
const interfaceOf = (label: string): string => label.split(':', 1)[0] ?? label;

/** The interfaces of these addresses: one socket is enough for each. */
export function interfacesOf(addresses: readonly string[], interfaces: Interfaces): NetworkInterface[] {
  const names = new Map<string, string>();
  let loopback: string | undefined;
  for (const [label, list] of Object.entries(interfaces))
    for (const { address, internal } of list ?? []) {
      names.set(address, interfaceOf(label));
      if (internal) loopback ??= interfaceOf(label);
    }
  // All of 127.0.0.0/8 leads to loopback, though only one address of it is listed.
  const nameOf = (address: string): string =>
    names.get(address) ?? (isLoopback(address) && loopback !== undefined ? loopback : address);
  const groups = Map.groupBy(new Set(addresses), nameOf);
  return [...groups].map(([name, group]) => ({ name, address: group[0] ?? '', addresses: group }));
}
