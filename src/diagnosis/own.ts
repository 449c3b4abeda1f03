import type { MachineInterface } from '../adapters/machine/port.ts';
import type { InterfaceStats } from '../api/devices.ts';
import { isLoopback } from '../util/loopback.ts';
import type { Facts, HeardDevice } from './facts.ts';

/** An interface on which mDNS is used. */
export interface UsedInterface {
  readonly name: string;
  readonly stats: InterfaceStats;
  /** Undefined where nothing is known of it. */
  readonly kind: MachineInterface['kind'] | undefined;
}

/** Those on which mDNS is used now. */
export function usedInterfaces({ machine, node }: Facts): readonly UsedInterface[] {
  const all = Object.entries(node.discovery?.interfaces ?? {});
  return all.flatMap(([name, stats]) => {
    if (stats.addresses.length === 0) return [];
    return [{ name, stats, kind: machine?.interfaces.find((one) => one.name === name)?.kind }];
  });
}

/** Networks that people do not mean when they speak of theirs. */
export const isAside = (kind: UsedInterface['kind']): boolean => kind === 'vpn' || kind === 'virtual';

export const isOnlyHere = ({ stats, kind }: UsedInterface): boolean =>
  kind === 'loopback' || stats.addresses.every(isLoopback);

/** IPv4 addresses by which others could reach this machine. */
export const addressesOf = ({ machine }: Facts): readonly string[] =>
  (machine?.interfaces ?? []).flatMap(({ addresses }) =>
    addresses.filter(({ address, family }) => family === 4 && !isLoopback(address)).map(({ address }) => address),
  );

/** Of these, those of the interfaces that the node uses: by them others reach it. */
export function reachableAddresses(facts: Facts): readonly string[] {
  const { machine, node } = facts;
  const { chosen } = node;
  const all = addressesOf(facts);
  if (chosen === null) return all;
  const isOfChosen = (address: string): boolean =>
    machine?.interfaces.some(
      ({ name, addresses }) => chosen.includes(name) && addresses.some((one) => one.address === address),
    ) === true;
  return all.filter((address) => chosen.includes(address) || isOfChosen(address));
}

/** Whether that is an address of this machine. */
export const isOwnAddress = ({ machine }: Facts, address: string): boolean =>
  isLoopback(address) ||
  (machine?.interfaces ?? []).some(({ addresses }) => addresses.some((one) => one.address === address));

/** Devices that are heard from elsewhere, and are not copies of this one. */
export const devicesElsewhere = (facts: Facts): readonly HeardDevice[] =>
  facts.node.devices.filter(({ id, source }) => id !== facts.node.id && !isOwnAddress(facts, source));

/** Whether the peer that was asked for runs on this computer. */
export const isPeerHere = (facts: Facts): boolean =>
  facts.peer !== null &&
  [facts.peer.heard?.source, ...facts.peer.addresses.map(({ address }) => address)].some(
    (address) => address !== undefined && isOwnAddress(facts, address),
  );

/** Whether anybody else is there: a peer, or any mDNS from elsewhere. */
export const hasCompany = (facts: Facts): boolean =>
  facts.node.peers.length > 0 ||
  devicesElsewhere(facts).length > 0 ||
  usedInterfaces(facts).some(({ stats }) => stats.packets > 0);

/** Where this node is for others, for a person who tries its address from there. */
export function whereToFind(facts: Facts): string {
  const [first] = reachableAddresses(facts);
  if (first === undefined) return '';
  return facts.node.onlyLooks
    ? ` (this device is at ${first}; the line \`ready\` of its node has the port)`
    : ` (this node is at ${first}:${facts.node.port})`;
}
