import { limits } from '../../limits.ts';
import type { Facts } from '../facts.ts';
import { type Finding, findingsOf } from '../finding.ts';
import { devicesElsewhere, isOnlyHere, reachableAddresses, usedInterfaces, whereToFind } from '../own.ts';
import { ago, count, listOf, nameOf } from '../words.ts';

const finding = findingsOf('others');
const essential = true;

/** Whether other devices are heard by mDNS, and nodes of lanpeer among them. */
export function checkOthers(facts: Facts): Finding {
  const { node } = facts;
  const evidence = describe(facts);
  const elsewhere = devicesElsewhere(facts);
  if (!node.discovery) {
    if (node.peers.length > 0) return finding('ok', `${count(node.peers.length, 'peer')} without mDNS.`, { evidence });
    return finding('unknown', 'Not looked at: mDNS is switched off.', { evidence, essential });
  }
  if (elsewhere.length > 0)
    return finding('ok', `${count(elsewhere.length, 'lanpeer node')} heard: ${listOf(elsewhere.map(nameOf))}.`, {
      evidence,
    });
  if (node.peers.length > 0)
    return finding(
      'ok',
      `No lanpeer node is heard by mDNS, and ${count(node.peers.length, 'peer')} connected by address.`,
      {
        evidence,
      },
    );
  return nobody(facts, evidence);
}

function describe(facts: Facts): readonly string[] {
  const { node, at } = facts;
  const devices = node.devices.map((device) => {
    const { addresses, port, heardAt, source, id } = device;
    const here =
      id === node.id
        ? ', the node of this device'
        : devicesElsewhere(facts).includes(device)
          ? ''
          : ', on this computer';
    return `${nameOf(device)} at ${addresses[0] ?? source}:${port}, heard ${ago(at - heardAt)}${here}`;
  });
  const used = usedInterfaces(facts);
  const packets = used.reduce((sum, { stats }) => sum + stats.packets, 0);
  const offLink = used.reduce((sum, { stats }) => sum + stats.offLink, 0);
  return [
    ...devices.slice(0, limits.diagnosis.devices),
    ...(node.discovery
      ? [`${count(packets, 'mDNS packet')} of other machines in ${Math.round(node.listenedMs / 1_000)} s`]
      : []),
    ...(offLink > 0
      ? [`${count(offLink, 'mDNS packet')} from outside of the subnets of this machine, which do not count`]
      : []),
  ];
}

/** No node is heard, and there is no peer. */
function nobody(facts: Facts, evidence: readonly string[]): Finding {
  const { machine, node } = facts;
  const used = usedInterfaces(facts);
  const working = used.filter(({ stats }) => stats.fault === null);
  if (working.length === 0 || working.every(isOnlyHere))
    return finding('unknown', 'Nobody else can be heard: mDNS works on no interface that leads to others.', {
      evidence,
    });
  if (working.some(({ stats }) => stats.packets > 0)) {
    if (node.listenedMs < limits.diagnosis.listenMs) return tooShort(facts, evidence);
    return finding(
      'unknown',
      'mDNS of other devices is heard, so the network is fine, and no lanpeer node is among them.',
      {
        evidence,
        essential,
        next: `Look whether lanpeer runs on the other device, and whether that is in this network (${reachableAddresses(facts).slice(0, 2).join(', ')}).`,
      },
    );
  }
  if (working.some(({ stats }) => stats.offLink > 0)) {
    const narrow = machine?.interfaces.some(({ addresses }) =>
      addresses.some(({ family, prefix }) => family === 4 && prefix === 32),
    );
    return finding(
      'fault',
      'mDNS is heard only from outside of the subnets of this machine, which does not count (RFC 6762 section 11).',
      {
        evidence,
        next: narrow
          ? 'An address with /32 has no neighbours: give the interface the prefix of its network, such as /24, or connect to an address.'
          : 'Look whether the address and the prefix of this machine are those of the network, or connect to an address.',
      },
    );
  }
  if (node.listenedMs < limits.diagnosis.listenMs) return tooShort(facts, evidence);
  return finding(
    'unknown',
    `No other device is heard by mDNS at all, and what this node sends comes back: ${apart(facts)}.`,
    {
      evidence,
      essential,
      next: nextIfAlone(facts),
    },
  );
}

const tooShort = ({ node }: Facts, evidence: readonly string[]): Finding =>
  finding('unknown', `No lanpeer node was heard so far, in ${Math.round(node.listenedMs / 1_000)} s.`, {
    evidence,
    essential,
    next: `Look again: it takes ${limits.diagnosis.listenMs / 1_000} s to be sure.`,
  });

function apart({ machine }: Facts): string {
  if (machine?.inside === 'wsl') return 'WSL has a network of its own behind NAT, which mDNS does not pass';
  const one = 'either it is the only one here, or the network keeps devices apart';
  if (machine?.inside === 'container')
    return `${one}, as that of a container does, guest Wi-Fi, or a switch that holds multicast back (IGMP snooping)`;
  return `${one}, as guest or isolated Wi-Fi, a switch that holds multicast back (IGMP snooping), a router between, or the NAT of a virtual machine does`;
}

function nextIfAlone(facts: Facts): string {
  if (facts.machine?.inside === 'wsl')
    return 'Put networkingMode=mirrored under [wsl2] in .wslconfig, or run lanpeer on Windows itself.';
  return `Start lanpeer on the other device and try its address: lanpeer doctor ADDRESS:PORT${whereToFind(facts)}.`;
}
