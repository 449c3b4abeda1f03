import type { TcpResult } from '../../protocol/probe.ts';
import { commandsOf } from '../commands.ts';
import type { Facts } from '../facts.ts';
import { type Finding, findingsOf } from '../finding.ts';
import type { PeerFacts, TriedAddress } from './facts.ts';
import { portOf, who } from './who.ts';

const finding = findingsOf('peer-tcp');

const texts: Readonly<Record<TcpResult, string>> = {
  open: 'open',
  refused: 'refused: nothing listens there, or a firewall says so',
  'timed-out': 'timed out: a firewall drops it, or nobody is there',
  unreachable: 'unreachable: no route leads there, or the host does not answer',
  'not-permitted': 'a firewall of this machine does not let it out',
  failed: 'failed',
};

function describe({ address, port, reached }: TriedAddress): string {
  if (!reached) return `${address}:${port}: not found out in time`;
  const { tcp, ms, errno } = reached;
  return `${address}:${port}: ${texts[tcp]}, after ${Math.round(ms)} ms${tcp !== 'open' && errno ? ` (${errno})` : ''}`;
}

/** Whether TCP connections to the peer open, address by address. */
export function checkPeerTcp(peer: PeerFacts, { machine }: Facts): Finding {
  const { addresses, session } = peer;
  const evidence = addresses.map(describe);
  const met = addresses.map(({ reached }) => reached?.tcp);
  const has = (result: TcpResult): boolean => met.includes(result);
  if (has('open'))
    return finding('ok', `A TCP connection to ${who(peer)} opens at ${first(addresses, 'open')}.`, { evidence });
  if (addresses.length === 0)
    return finding('unknown', `Not asked: no address of ${who(peer)} is known.`, {
      essential: true,
      next: 'Name it by its address: lanpeer doctor ADDRESS:PORT.',
    });
  if (met.includes(undefined))
    return finding('unknown', `No address of ${who(peer)} answered in time.`, { evidence, essential: true });
  const port = portOf(peer) ?? 0;
  const dialed = session?.opener === 'remote' ? ' It dials this device instead, and is connected by that.' : '';
  const told = (what: string, next: string): Finding => finding('fault', `${what}${dialed}`, { evidence, next });
  if (has('not-permitted'))
    return told(`A firewall of this machine lets no TCP out to ${who(peer)}.`, `Allow outgoing TCP to port ${port}.`);
  const allow = `Allow TCP port ${port} in the firewall there (${commandsOf(machine?.system).tcpIn(port)})`;
  if (has('timed-out'))
    return told(
      `No TCP connection to ${who(peer)} opens: nothing answers at ${first(addresses, 'timed-out')}.`,
      `${allow}, and fix the port by --port ${port}. If that is no firewall, the network keeps the two apart (client isolation).`,
    );
  if (has('refused'))
    return told(
      `No TCP connection to ${who(peer)} opens: ${first(addresses, 'refused')} refuses it.`,
      `Look whether lanpeer runs there and on which port: without --port it is another one at each start. ${allow}.`,
    );
  return told(
    `No TCP connection to ${who(peer)} opens: it cannot be reached from here.`,
    'Look whether both devices are in one network, and the address is still that of the device.',
  );
}

function first(addresses: readonly TriedAddress[], tcp: TcpResult): string {
  const found = addresses.find(({ reached }) => reached?.tcp === tcp);
  return found ? `${found.address}:${found.port}` : '';
}
