import type { LanpeerErrorCode } from '../../errors.ts';
import type { Facts } from '../facts.ts';
import { type Finding, findingsOf } from '../finding.ts';
import { misfitOf } from '../misfit-texts.ts';
import type { PeerFacts } from './facts.ts';
import { who } from './who.ts';

const finding = findingsOf('peer-access');

/** What one side has against the other, by the code of the refusal, and what to do. */
const refusals: Readonly<Partial<Record<LanpeerErrorCode, readonly [what: string, next: string]>>> = {
  ERR_NETWORK_KEY: ['The network keys differ', 'Give both devices the same network key.'],
  ERR_NOT_ALLOWED: [
    'One side does not let the other in: an id is not on an allow-list, or is denied',
    'Add the id of each device to the allow-list of the other.',
  ],
  ERR_NOT_TRUSTED: ['One side does not trust the other yet', 'Accept each device at the other one, where it waits.'],
  ERR_VERSION: ['The versions of the protocol differ', 'Give both devices the same version of lanpeer.'],
  ERR_PEER_LIMIT: ['It has as many peers as it may have', 'Raise maxPeers there, or disconnect another device.'],
  ERR_BUSY: ['It has no room at the moment', 'Ask again in a minute.'],
  ERR_INSTANCE: ['It has the identity of this device', 'Give one of them another: lanpeer id --new.'],
  ERR_PROTOCOL: ['It does not speak as lanpeer does', 'Give both devices the same version of lanpeer.'],
};

/** Whether both sides let each other in: the network key, the lists, the version. */
export function checkPeerAccess(peer: PeerFacts, { node }: Facts): Finding {
  const { session, refusal, heard, ownId } = peer;
  if (session) {
    const how = session.keyed ? 'Both proved the same network key' : 'Both let each other in, without a network key';
    return finding('ok', `${how}.`, {
      evidence: [`session with ${session.address}, opened by ${opened(session.opener)}`],
    });
  }
  const evidence = heard?.misfit ? [`it announces ${misfitOf[heard.misfit]}`] : [];
  // The lists have the id of this device, which a running node holds.
  if (refusal === 'ERR_NOT_ALLOWED' && ownId !== node.id)
    return finding('unknown', `${who(peer)} does not let this id in, which is not that of this device.`, {
      evidence: [...evidence, `dialed as ${ownId}`],
      essential: true,
      next: 'Ask the running node itself (node.diagnose), or stop it and ask again.',
    });
  const refused = refusal ? refusals[refusal] : undefined;
  // It was not said who may connect, so that nothing was proven.
  if (!node.knowsAccess && refusal === 'ERR_NETWORK_KEY')
    return finding('unknown', `${who(peer)} demands a network key, and none was given.`, {
      evidence,
      essential: true,
      next: 'Give the doctor the key that the node has, by --key-file.',
    });
  if (refused) {
    const [what, next] = refused;
    return finding('fault', `${who(peer)} and this device do not connect. ${what}.`, {
      evidence: [...evidence, `the dial ended with ${refusal}; dialed as ${ownId}`],
      next,
    });
  }
  if (refusal)
    return finding('fault', `${who(peer)} was reached, and the session did not open (${refusal}).`, {
      evidence,
      next: 'Look at what the node there says at that moment.',
    });
  if (heard?.misfit && node.knowsAccess)
    return finding('fault', `${who(peer)} has ${misfitOf[heard.misfit]}.`, { evidence });
  return finding('unknown', 'Not asked: the peer was not reached.');
}

const opened = (opener: 'local' | 'remote'): string => (opener === 'local' ? 'this device' : 'the peer');
