import type { MdnsPort } from '../../adapters/machine/port.ts';
import { describeHolders } from '../../util/describe-holders.ts';
import type { Facts } from '../facts.ts';
import { type Finding, findingsOf } from '../finding.ts';
import { usedInterfaces } from '../own.ts';

const finding = findingsOf('mdns-port');

const sharing: Readonly<Record<MdnsPort['sharing'], string | undefined>> = {
  shared: 'it can be had by now',
  'reuse-port': 'it is shared by SO_REUSEPORT alone, which mDNS programs do not use',
  exclusive: 'it is held exclusively',
  taken: 'it is held exclusively, or shared by SO_REUSEPORT alone',
  unknown: undefined,
};

/** Whether UDP port 5353 can be had, and who else has it. */
export function checkMdnsPort(facts: Facts): Finding {
  const { machine, node } = facts;
  const others = describeHolders(machine?.mdnsPort.holders ?? null);
  if (!node.discovery) return finding('unknown', 'UDP port 5353 is not used: mDNS is switched off.');
  const used = usedInterfaces(facts);
  if (used.some(({ stats }) => stats.faultKind === 'port-taken')) return taken(machine?.mdnsPort, others);
  if (used.length === 0) return finding('unknown', 'UDP port 5353 was not tried: no interface is used.');
  if (others === undefined) {
    const alone = machine?.mdnsPort.holders ? ', and no other program has it' : '';
    return finding('ok', `UDP port 5353 is there${alone}.`);
  }
  return finding('ok', 'UDP port 5353 is shared with other programs.', { evidence: [`shared with ${others}`] });
}

function taken(port: MdnsPort | undefined, others: string | undefined): Finding {
  const how = port && sharing[port.sharing];
  const avahi = port?.avahiDisallows ? ['the configuration of Avahi has disallow-other-stacks=yes'] : [];
  const evidence = [
    ...(others === undefined ? ['which program has it cannot be seen; as root it can'] : [`held by ${others}`]),
    ...(how === undefined ? [] : [how]),
    ...avahi,
  ];
  return finding(
    'fault',
    `UDP port 5353 is held by ${others ?? 'another program'}, which does not share it: no mDNS.`,
    {
      evidence,
      next:
        avahi.length > 0
          ? 'Set disallow-other-stacks=no in /etc/avahi/avahi-daemon.conf and restart avahi-daemon; connect to an address works meanwhile.'
          : 'Stop that program, or let it share the port by SO_REUSEADDR; connect to an address works meanwhile.',
    },
  );
}
