import type { InterfaceFault } from '../../api/devices.ts';
import { describeThrown } from '../../util/thrown.ts';

/** mDNS on an interface is not heard back, though what is sent to the group comes back to its sender. */
export const nothingReceived =
  'nothing is heard there, not even what this node sends; a firewall of this machine may block incoming UDP port 5353: ufw allow in 5353/udp, or firewall-cmd --add-service=mdns';

const outgoing =
  'a firewall of this machine, or the container it runs in, does not let mDNS out (UDP port 5353 to 224.0.0.251): ufw allow out 5353/udp';
const noRoute =
  'multicast has no way out there: the interface is down, or there is no route to 224.0.0.0/4 (ip route add 224.0.0.0/4 dev NAME)';
const gone = 'the address is not there any more';

const advice = {
  'outgoing-blocked': outgoing,
  'no-route': noRoute,
  gone,
} as const;

const kinds: Readonly<Record<string, keyof typeof advice>> = {
  EPERM: 'outgoing-blocked',
  EACCES: 'outgoing-blocked',
  ENETUNREACH: 'no-route',
  EHOSTUNREACH: 'no-route',
  ENETDOWN: 'no-route',
  EADDRNOTAVAIL: 'gone',
  ENODEV: 'gone',
};

const otherwise = 'Peers can still be reached by connect to an address.';

function textOf(thrown: unknown, key: 'code' | 'syscall'): string {
  if (typeof thrown !== 'object' || thrown === null) return '';
  const text: unknown = Reflect.get(thrown, key);
  return typeof text === 'string' ? text : '';
}

/** True if another program holds the mDNS port and does not share it. */
export const isPortTaken = (thrown: unknown): boolean =>
  textOf(thrown, 'code') === 'EADDRINUSE' && textOf(thrown, 'syscall') === 'bind';

/** What kind of fault of mDNS that is. */
export function kindOf(thrown: unknown): InterfaceFault {
  if (thrown === nothingReceived) return 'nothing-received';
  return isPortTaken(thrown) ? 'port-taken' : (kinds[textOf(thrown, 'code')] ?? 'other');
}

/** A fault of mDNS, with what a person can do about it. `holder` says who has the port, where that is known. */
export function adviseOn(thrown: unknown, holder?: string): string {
  const text = describeThrown(thrown);
  if (isPortTaken(thrown))
    return `UDP port 5353 is held by ${holder ?? 'another program'}, which does not share it (${text}): stop it, or let it share the port by SO_REUSEADDR (Avahi: disallow-other-stacks=no). It is tried again every few seconds. ${otherwise}`;
  const kind = kinds[textOf(thrown, 'code')];
  const known = kind && advice[kind];
  return known === undefined ? text : `${text}: ${known}. ${otherwise}`;
}
