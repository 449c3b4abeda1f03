import type { TcpOutcome } from '../../adapters/machine/port.ts';
import { limits } from '../../limits.ts';
import { commandsOf } from '../commands.ts';
import type { Dial, Facts, HeardDevice } from '../facts.ts';
import { type Finding, findingsOf } from '../finding.ts';
import { count, listOf, nameOf } from '../words.ts';

const finding = findingsOf('tcp');

/** What TCP did, where a dial of the node told. Whatever else it met came over TCP. */
const outcomes: Readonly<Record<string, TcpOutcome>> = {
  ERR_REFUSED: 'refused',
  ERR_TIMEOUT: 'timeout',
  ERR_UNREACHABLE: 'unreachable',
};

const texts: Readonly<Record<TcpOutcome, string>> = {
  open: 'open',
  refused: 'refused: nothing listens there, or a firewall says so',
  timeout: 'no answer: a firewall there or here drops it, or the network keeps devices apart',
  unreachable: 'cannot be reached',
  blocked: 'a firewall of this machine does not let it out',
  failed: 'failed',
};

/** How TCP to that address went, of whatever dial. */
export const outcomeOf = ({ outcome }: Dial): TcpOutcome =>
  typeof outcome === 'string' ? outcome : (outcomes[outcome.code] ?? 'open');

/** A line about a dial. */
export const describeDial = (dial: Dial): string => `${dial.address}:${dial.port}: ${texts[outcomeOf(dial)]}`;

/** Whether TCP connections to the devices that are heard open. */
export function checkTcp(facts: Facts): Finding {
  const { node, at } = facts;
  const devices = node.devices.filter(({ id }) => id !== node.id);
  const dialed = devices.filter(({ dials, isPeer }) => !isPeer && dials.length > 0);
  const evidence = [
    ...node.peers.map((peer) => `${nameOf(peer)} is connected, at ${peer.address}`),
    ...dialed.flatMap((device) => device.dials.map((dial) => `${nameOf(device)} at ${describeDial(dial)}`)),
  ].slice(0, limits.diagnosis.lines);
  const unreached = dialed.filter(({ dials, heardAt }) => {
    const isGone = at - heardAt > limits.diagnosis.goneMs && dials.every((dial) => outcomeOf(dial) === 'refused');
    return !isGone && dials.every((dial) => outcomeOf(dial) !== 'open');
  });
  const [first] = unreached;
  if (first) return notReached(first, unreached, facts, evidence);
  const reached = node.peers.length + dialed.length;
  if (reached === 0) return finding('unknown', 'No TCP connection was tried: there was no device to dial.');
  return finding('ok', `TCP connections open to ${count(reached, 'device')}.`, { evidence });
}

function notReached(
  device: HeardDevice,
  all: readonly HeardDevice[],
  { machine }: Facts,
  evidence: readonly string[],
): Finding {
  const { dials, port, offLink } = device;
  const met = dials.map(outcomeOf);
  const names = listOf(all.map(nameOf));
  const summary = `Heard by mDNS, and no TCP connection gets there: ${names}.`;
  const commands = commandsOf(machine?.system);
  if (met.includes('blocked'))
    return finding('fault', `A firewall of this machine lets no TCP out to ${names}.`, {
      evidence,
      next: `Allow outgoing TCP to port ${port}.`,
    });
  const isReflected = (offLink?.length ?? 0) > 0 || dials.every(({ address }) => machine?.gateways.includes(address));
  if (isReflected) {
    const there = offLink?.[0];
    return finding('fault', `${summary} A router between two networks passes mDNS on (a reflector), and no TCP.`, {
      evidence,
      next:
        there === undefined
          ? `Connect to the address of the device itself, port ${port}: what is heard is that of the router.`
          : `Let the router pass TCP to ${there}, port ${port}; the device is found then.`,
    });
  }
  return finding('fault', summary, {
    evidence,
    next: `Allow TCP port ${port} in the firewall there (${commands.tcpIn(port)}), and fix it by --port ${port}: else it is another one at the next start.`,
  });
}
