import type { TcpResult, TlsResult } from '../../protocol/probe.ts';
import { commandsOf } from '../commands.ts';
import type { Facts } from '../facts.ts';
import { type Finding, findingsOf } from '../finding.ts';
import type { DialedBack, PeerFacts } from './facts.ts';
import { who, whyUnknown } from './who.ts';

const finding = findingsOf('peer-back');

const met: Readonly<Record<TcpResult, string>> = {
  open: 'opens',
  refused: 'is refused',
  'timed-out': 'is not answered',
  unreachable: 'cannot be sent: no route leads here',
  'not-permitted': 'is not let out by a firewall there',
  failed: 'fails',
};

const answers: Readonly<Record<TlsResult, string>> = {
  expected: 'this device answers',
  other: 'another device answers',
  'no-certificate': 'what answers shows no certificate',
  'not-tls': 'what answers is not lanpeer',
  'timed-out': 'what answers says nothing',
  closed: 'what answers closes the connection',
};

/** Whether the peer gets through to this device: a firewall here only shows from there. */
export function checkPeerBack(peer: PeerFacts, facts: Facts): Finding {
  const { dialedBack, session } = peer;
  if (dialedBack && 'result' in dialedBack) return judge(peer, dialedBack.result, facts);
  if (session?.opener === 'remote')
    return finding('ok', `${who(peer)} has dialed this device, at port ${facts.node.port}.`);
  return finding('unknown', `Not known whether it gets through to this device: ${whyUnknown(peer, dialedBack)}.`);
}

function judge(peer: PeerFacts, { tcp, tls, ms }: DialedBack, { node, machine }: Facts): Finding {
  const { port } = node;
  const evidence = [`the peer says: TCP ${tcp}${tls ? `, ${answers[tls]}` : ''}, after ${Math.round(ms)} ms`];
  if (tls === 'expected')
    return finding('ok', `${who(peer)} gets through to this device, at port ${port}.`, { evidence });
  if (tcp === 'not-permitted')
    return finding('fault', `A firewall at ${who(peer)} lets no TCP out to this device.`, {
      evidence,
      next: `Allow outgoing TCP to port ${port} there.`,
    });
  if (tcp === 'open')
    return finding('fault', `Where ${who(peer)} dials this device, ${answers[tls ?? 'closed']}.`, {
      evidence,
      next: machine?.inside
        ? 'This system has a network of its own: publish the port on the machine, or give it the network of the machine.'
        : 'Something between the two stands in for this device: look for a NAT or a proxy.',
    });
  return finding(
    'fault',
    `A connection from ${who(peer)} to this device, at port ${port}, ${met[tcp]}. Connections from here work.`,
    { evidence, next: howToOpen(peer, port, machine) },
  );
}

function howToOpen({ isPortFixed }: PeerFacts, port: number, machine: Facts['machine']): string {
  const { tcpIn } = commandsOf(machine?.system);
  const inside = machine?.inside
    ? ' As this system has a network of its own, the machine that it runs on may have to publish the port as well.'
    : '';
  if (isPortFixed) return `Allow TCP port ${port} in the firewall of this device (${tcpIn(port)}).${inside}`;
  return `Choose a port for this device (--port N, the same for the doctor), and allow it in its firewall (${tcpIn('N')}).${inside}`;
}
