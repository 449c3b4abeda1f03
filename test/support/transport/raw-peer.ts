import { RTCPeerConnection } from 'werift';
import {
  parseDescription,
  readDescription,
  writeDescription,
} from '../../../src/adapters/transport/werift/description.ts';
import { type Internals, internalsOf } from '../../../src/adapters/transport/werift/internals.ts';
import type { RecordedLink } from '../../../src/testing/compliance/transport-pair.ts';
import { loopback } from './werift-pair.ts';

type Config = NonNullable<ConstructorParameters<typeof RTCPeerConnection>[0]>;

/** An unguarded werift connection with the channel of a link, as another program could make it. */
export interface RawPeer {
  readonly pc: RTCPeerConnection;
  readonly internals: Internals;
  readonly records: readonly Buffer[];
  /** Resolves when the channel is open. */
  readonly opened: Promise<void>;
  send(bytes: Buffer): void;
}

/** @param prepare Called when the transports exist and before anything is sent. */
export function createRawPeer(config: Config = {}, prepare: (internals: Internals) => void = () => undefined): RawPeer {
  const pc = new RTCPeerConnection({
    iceServers: [],
    iceUseIpv4: false,
    iceUseIpv6: false,
    iceAdditionalHostAddresses: [loopback],
    ...config,
  });
  const channel = pc.createDataChannel('lanpeer', { negotiated: true, id: 0 });
  const records: Buffer[] = [];
  channel.onMessage.subscribe((bytes) => void records.push(Buffer.from(bytes)));
  const opened = new Promise<void>((resolve) => {
    channel.stateChanged.subscribe((state) => {
      if (state === 'open') resolve();
    });
  });
  const internals = internalsOf(pc);
  internals.ice.stunServer = undefined;
  prepare(internals);
  return { pc, internals, records, opened, send: (bytes) => channel.send(bytes) };
}

/** Answers the offer of a link. */
export async function answerLink(peer: RawPeer, link: RecordedLink): Promise<void> {
  await link.when(() => link.bodies.length > 0 || link.error !== undefined);
  const offer = parseDescription(link.bodies[0]);
  await peer.pc.setRemoteDescription({ type: 'offer', sdp: writeDescription(offer, offer.candidates) });
  await peer.pc.setLocalDescription(await peer.pc.createAnswer());
  link.link.signal(readDescription(peer.pc.localDescription?.sdp ?? '', () => true));
}

/** Makes the offer to a link. */
export async function offerLink(peer: RawPeer, link: RecordedLink): Promise<void> {
  await peer.pc.setLocalDescription(await peer.pc.createOffer());
  link.link.signal(readDescription(peer.pc.localDescription?.sdp ?? '', () => true));
  await link.when(() => link.bodies.length > 0 || link.error !== undefined);
  const answer = parseDescription(link.bodies[0]);
  await peer.pc.setRemoteDescription({ type: 'answer', sdp: writeDescription(answer, answer.candidates) });
}

/** Two raw connections with each other. */
export async function joinRaw(offerer: RawPeer, answerer: RawPeer): Promise<void> {
  await offerer.pc.setLocalDescription(await offerer.pc.createOffer());
  await answerer.pc.setRemoteDescription({ type: 'offer', sdp: offerer.pc.localDescription?.sdp ?? '' });
  await answerer.pc.setLocalDescription(await answerer.pc.createAnswer());
  await offerer.pc.setRemoteDescription({ type: 'answer', sdp: answerer.pc.localDescription?.sdp ?? '' });
  await Promise.all([offerer.opened, answerer.opened]);
}
