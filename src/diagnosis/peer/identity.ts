import type { TlsResult } from '../../protocol/probe.ts';
import type { Facts } from '../facts.ts';
import { type Finding, findingsOf } from '../finding.ts';
import type { PeerFacts, TriedAddress } from './facts.ts';
import { who } from './who.ts';

const finding = findingsOf('peer-id');

const texts: Readonly<Record<TlsResult, string>> = {
  expected: 'it proved its key',
  other: 'another device proved its key',
  'no-certificate': 'it shows no certificate',
  'not-tls': 'it does not speak TLS 1.3',
  'timed-out': 'it says nothing',
  closed: 'it closes the connection',
};

function describe({ address, port, reached }: TriedAddress): readonly string[] {
  if (!reached?.tls) return [];
  const { tls, id } = reached;
  const what = id === null ? texts[tls] : `proved the key of ${id}`;
  return [`${address}:${port}: ${what}`];
}

/** Who answers at the addresses of the peer: TLS proves it. */
export function checkPeerId(peer: PeerFacts, { node }: Facts): Finding {
  const { addresses, session, id, ownId } = peer;
  const evidence = addresses.flatMap(describe);
  const answered = addresses.flatMap((one) => (one.reached?.tls ? [{ ...one, tls: one.reached.tls }] : []));
  if (id !== null && (id === node.id || id === ownId))
    return finding('fault', `${peer.target} is this device itself.`, {
      evidence,
      next: 'Name the address or the id of another device.',
    });
  if (answered.some(({ tls }) => tls === 'expected'))
    return finding('ok', `${who(peer)} proved its key by TLS.`, { evidence });
  const [wrong] = [...answered.filter(({ tls }) => tls === 'other'), ...answered];
  if (!wrong) {
    if (session) return finding('ok', `${who(peer)} proved its key when it dialed this device.`);
    return finding('unknown', 'Not asked: no TCP connection opened.');
  }
  const at = `${wrong.address}:${wrong.port}`;
  if (wrong.tls === 'other')
    return finding('fault', `Another device answers at ${at}, ${wrong.reached?.id?.slice(0, 8)}.`, {
      evidence,
      next: 'The address is another one by now, or the device has a new identity: ask it for its id (lanpeer id).',
    });
  if (wrong.tls === 'not-tls' || wrong.tls === 'no-certificate')
    return finding('fault', `What listens at ${at} is not lanpeer: ${texts[wrong.tls]}.`, {
      evidence,
      next: 'Look on which port lanpeer listens there: it says so when it starts.',
    });
  return finding('fault', `TCP opens at ${at}, and nothing proves who is there: ${texts[wrong.tls]}.`, {
    evidence,
    next: 'The process there hangs or has no room, or something on the way intercepts TLS: look whether it is busy, and start it again.',
  });
}
