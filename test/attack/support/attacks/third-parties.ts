import { randomBytes } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { deviceIdOf } from '../../../../src/protocol/device-id.ts';
import { networkTag, parseNetworkKey } from '../../../../src/protocol/network-key.ts';
import type { SignalMessage } from '../../../../src/protocol/signal.ts';
import { announcementOf, openForger } from '../../../support/forged-mdns.ts';
import { makeMember } from '../member.ts';
import type { Target } from '../target.ts';

export interface ThirdParty {
  readonly address: string;
  readonly ports: readonly number[];
}

/** A description whose candidates are all of another host. */
function descriptionOf({ address, ports }: ThirdParty, setup: 'actpass' | 'active') {
  const fingerprint = [...randomBytes(32)].map((byte) => byte.toString(16).padStart(2, '0').toUpperCase()).join(':');
  return {
    ufrag: 'hostile1',
    pwd: randomBytes(16).toString('hex'),
    fingerprint,
    setup,
    maxMessageSize: 65_536,
    candidates: ports.map((port, at) => ({ address, port, priority: 1_000 + at, foundation: `${at}`, type: 'host' })),
  };
}

/** Links over WebRTC whose other end is said to be another host: one by each of so many identities. */
export async function nameThirdParty(
  target: Target,
  options: ThirdParty & { readonly identities: number },
): Promise<readonly string[]> {
  const ends: string[] = [];
  async function name(): Promise<void> {
    const member = await makeMember(target);
    const { session, ended, heard } = await member.dial();
    void ended.then((how) => void ends.push(how.kind === 'bye' ? `bye ${how.reason}` : how.error.code));
    const answer = (message: SignalMessage): void => {
      if (message.type !== 'offer') return;
      const { epoch, via } = message;
      if (via === 'webrtc') session.send({ type: 'signal', epoch, body: descriptionOf(options, 'active') });
      else session.send({ type: 'lost', epoch });
    };
    if (member.id < target.id)
      session.send({
        type: 'offer',
        epoch: session.greeting.held + 1,
        via: 'webrtc',
        body: descriptionOf(options, 'actpass'),
      });
    else heard(answer);
    await pause(4_000);
    await member.close();
  }
  await Promise.all(Array.from({ length: options.identities }, name));
  return ends;
}

/** Devices by mDNS that are said to listen on ports of another host. */
export async function announceThirdParty(target: Target, { address, ports }: ThirdParty): Promise<readonly string[]> {
  const tag = networkTag(parseNetworkKey(target.networkKey));
  const forger = await openForger(address);
  for (let no = 0; no < 150; no += 1) {
    const id = deviceIdOf(randomBytes(32));
    const port = ports[no % ports.length] ?? 0;
    await forger.send(announcementOf({ id, port, networkTag: tag, addresses: [address] }));
    await pause(25);
  }
  forger.close();
  return [];
}
