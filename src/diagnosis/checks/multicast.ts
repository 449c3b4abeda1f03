import type { InterfaceFault } from '../../api/devices.ts';
import { printable } from '../../util/printable.ts';
import { commandsOf } from '../commands.ts';
import type { Facts } from '../facts.ts';
import { type Finding, findingsOf } from '../finding.ts';
import { isAside, isOnlyHere, type UsedInterface, usedInterfaces } from '../own.ts';
import { ago, listOf } from '../words.ts';

const finding = findingsOf('multicast');
const essential = true;

/** Whether what is sent by mDNS leaves each interface and comes back. */
export function checkMulticast(facts: Facts): Finding {
  if (!facts.node.discovery) return finding('unknown', 'Not looked at: mDNS is switched off.', { essential });
  const all = usedInterfaces(facts);
  const evidence = all.map((one) => describe(one, facts.at));
  // A VPN beside the network that carries no multicast keeps nobody apart.
  const real = all.filter(({ kind }) => !isAside(kind));
  const used = real.length > 0 ? real : all;
  if (used.length === 0) return finding('unknown', 'No interface is used, so nothing was sent.', { essential });
  const broken = used.filter(({ stats }) => stats.fault !== null);
  const telling = broken.find(({ stats }) => stats.faultKind !== 'port-taken');
  if (telling) return faultOf(telling, broken, facts, evidence);
  if (broken.length > 0)
    return finding('unknown', 'Nothing could be sent: UDP port 5353 is not to be had.', { evidence });
  const silent = used.filter(({ stats }) => stats.ownHeardAt === null);
  if (silent.length > 0)
    return finding('unknown', `Nothing of this node has come back yet on ${namesOf(silent)}.`, { evidence, essential });
  const where = used.every(isOnlyHere) ? 'within this computer' : `on ${namesOf(used)}`;
  return finding('ok', `What is sent by mDNS is heard back ${where}.`, { evidence });
}

const namesOf = (used: readonly UsedInterface[]): string => listOf(used.map(({ name }) => printable(name)));

function describe({ name, stats: { fault, ownHeardAt } }: UsedInterface, at: number): string {
  const text =
    fault ??
    (ownHeardAt === null
      ? 'nothing of this node came back'
      : `own packets came back, the last one ${ago(at - ownHeardAt)}`);
  return `${printable(name)}: ${text}`;
}

function faultOf(
  { name, stats }: UsedInterface,
  broken: readonly UsedInterface[],
  { machine }: Facts,
  evidence: readonly string[],
): Finding {
  const commands = commandsOf(machine?.system);
  const where = namesOf(broken);
  const texts: Readonly<Record<InterfaceFault, readonly [summary: string, next: string]>> = {
    'outgoing-blocked': [
      `A firewall of this machine does not let mDNS out on ${where} (EPERM).`,
      `Allow outgoing UDP to port 5353: ${commands.mdnsOut}.`,
    ],
    'nothing-received': [
      `mDNS leaves this machine on ${where} and nothing comes in, not even what this node sent: a firewall of this machine blocks incoming UDP port 5353.`,
      `Allow incoming UDP to port 5353: ${commands.mdnsIn}.`,
    ],
    'no-route': [
      `Multicast has no way out on ${where}: the interface is down, or there is no route.`,
      `Add the route: sudo ip route add 224.0.0.0/4 dev ${printable(name)}.`,
    ],
    gone: [
      `The address of ${where} is not there any more.`,
      'Look again in a few seconds: the node takes the new address by itself.',
    ],
    'port-taken': ['UDP port 5353 is not to be had.', 'See there.'],
    other: [`mDNS does not work on ${where}: ${stats.fault}`, 'Connect to an address works meanwhile.'],
  };
  const [summary, next] = texts[stats.faultKind ?? 'other'];
  return finding('fault', summary, { evidence, next });
}
