import { limits } from '../../limits.ts';
import { printable } from '../../util/printable.ts';
import { describeInterface, describeInterfaces } from '../describe-interfaces.ts';
import type { Facts } from '../facts.ts';
import { type Finding, findingsOf } from '../finding.ts';
import { hasCompany, isAside, isOnlyHere, isPeerHere, type UsedInterface, usedInterfaces } from '../own.ts';
import { ago, count, listOf } from '../words.ts';

const finding = findingsOf('interfaces');

/** Which interfaces are used, which of them heard others, and which are noise. */
export function checkInterfaces(facts: Facts): Finding {
  const { machine, node } = facts;
  if (!node.discovery) return finding('unknown', 'No interface is used for mDNS: it is switched off.');
  const used = usedInterfaces(facts);
  const evidence = describeUse(facts, used);
  const names = listOf(used.map(({ name }) => printable(name)));
  if (node.missing.length > 0) {
    const there = machine ? ` ${describeInterfaces(machine.interfaces)}.` : '';
    return finding('fault', `Chosen and not there: ${listOf(node.missing.map(printable))}.${there}`, {
      evidence,
      next: 'Choose the interface by its name: its address may have changed, as DHCP gives another one, and the name stays.',
    });
  }
  if (used.length > 0 && used.every(isOnlyHere) && node.chosen) {
    const chosen = `Chosen was ${listOf(node.chosen.map(printable))} alone`;
    if (isPeerHere(facts))
      return finding('ok', `${chosen}, which reaches this computer, and that peer is on it.`, { evidence });
    return finding('fault', `${chosen}, which reaches nothing but this computer.`, {
      evidence,
      next: 'Choose the interface of the network of the others, or none (without --interface all are used).',
    });
  }
  if (used.length > 0 && used.every(({ kind }) => isAside(kind)) && !hasCompany(facts))
    return finding(
      'fault',
      `The only network here is ${names}: a VPN, or that of containers; mDNS of the local network does not come there.`,
      {
        evidence,
        next: 'Join the network of the others by cable or Wi-Fi, or connect to an address.',
      },
    );
  const aside = used.filter(({ kind }) => isAside(kind));
  const noise = aside.length > 0 ? ` ${count(aside.length, 'VPN or container network')} among them.` : '';
  return used.length === 0
    ? finding('unknown', 'No interface is used.', { evidence })
    : finding('ok', `Used: ${names}.${noise}`, { evidence });
}

function heardOn({ stats, kind }: UsedInterface, at: number): string {
  const { packets, heardAt } = stats;
  const noise = isAside(kind) ? ': most likely noise' : '';
  if (heardAt === null) return `used, nobody else was heard there${noise}`;
  return `used, ${count(packets, 'mDNS packet')} of other devices, the last one ${ago(at - heardAt)}`;
}

function describeUse({ machine, at }: Facts, used: readonly UsedInterface[]): readonly string[] {
  const known = (machine?.interfaces ?? []).map((one) => {
    const use = used.find(({ name }) => name === one.name);
    return `${describeInterface(one)}: ${use ? heardOn(use, at) : 'not used'}`;
  });
  const others = used
    .filter(({ name }) => !machine?.interfaces.some((one) => one.name === name))
    .map((use) => `${printable(use.name)}: ${heardOn(use, at)}`);
  return [...known, ...others].slice(0, limits.diagnosis.lines);
}
