import { describeInterface } from '../describe-interfaces.ts';
import type { Facts } from '../facts.ts';
import { type Finding, findingsOf } from '../finding.ts';
import { addressesOf, hasCompany, reachableAddresses } from '../own.ts';

const finding = findingsOf('network');
const isLinkLocal = (address: string): boolean => address.startsWith('169.254.');

/** Whether this machine has an IPv4 address by which others reach it. */
export function checkNetwork(facts: Facts): Finding {
  const { machine } = facts;
  if (!machine) return finding('unknown', 'The interfaces of this machine cannot be read.');
  const evidence = machine.interfaces.map(describeInterface);
  const all = addressesOf(facts);
  if (all.length === 0) return noAddress(facts, evidence);
  const used = reachableAddresses(facts);
  const addresses = used.length > 0 ? used : all;
  if (addresses.every(isLinkLocal) && !hasCompany(facts))
    return finding('fault', `This machine has given itself an address (${addresses[0]}): no DHCP server did.`, {
      evidence,
      next: 'Look whether the cable or the Wi-Fi leads to the network of the others, and whether their addresses begin with 169.254 as well.',
    });
  const unused = used.length === 0 ? ', which is not used: other interfaces were chosen' : '';
  const what = addresses.length === 1 ? 'the address' : 'addresses,';
  const names = `${addresses.slice(0, 3).join(', ')}${addresses.length > 3 ? ', …' : ''}`;
  return finding('ok', `This machine has ${what} ${names}${unused}.`, { evidence });
}

function noAddress({ machine }: Facts, evidence: readonly string[]): Finding {
  const others = (machine?.interfaces ?? []).filter(({ kind }) => kind !== 'loopback');
  const hasIPv6 = others.some(({ addresses }) =>
    addresses.some(({ family, address }) => family === 6 && !/^fe[89ab]/i.test(address)),
  );
  const only = 'so only this computer is reached';
  if (hasIPv6)
    return finding('fault', `This machine has IPv6 alone and no IPv4 address, ${only}.`, {
      evidence,
      next: 'Give the interface an IPv4 address, by DHCP or by hand: IPv6 alone is not enough so far.',
    });
  const what =
    others.length === 0
      ? `This machine has no interface but loopback, ${only}.`
      : `No interface of this machine has an IPv4 address, ${only}.`;
  const isDown = others.some(({ state }) => state === 'down');
  const addressed = isDown
    ? 'Plug in the cable, or join the Wi-Fi: the node goes on by itself.'
    : 'Look whether DHCP works, or give an interface an IPv4 address: the node goes on by itself.';
  return finding('fault', what, {
    evidence,
    next:
      others.length === 0
        ? 'Connect this machine, or this container, to a network: the node goes on by itself.'
        : addressed,
  });
}
