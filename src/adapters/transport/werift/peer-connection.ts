import { type RTCDataChannel, RTCPeerConnection } from 'werift';
import type { Clock } from '../../../environment.ts';
import { limits } from '../../../limits.ts';
import type { CandidatePair } from '../port.ts';
import { dtlsCertificate } from './dtls-certificate.ts';
import { internalsOf } from './internals.ts';
import { pairsOf } from './pairs.ts';
import { applyPatches } from './patches.ts';

/** A STUN or TURN server, as in the WebRTC API. */
export interface IceServer {
  readonly urls: string;
  readonly username?: string;
  readonly credential?: string;
}

export interface PeerConnectionOptions {
  readonly addresses: readonly string[];
  readonly iceServers: readonly IceServer[];
  /** Whether requests of the peer that come from there are answered. */
  readonly accepts: (address: string, port: number) => boolean;
  readonly clock: Clock;
  readonly events: {
    open(): void;
    record(bytes: Buffer): void;
    /** The buffered amount fell to the low-water mark. */
    low(): void;
    down(what: string): void;
  };
}

/** One patched werift connection with one negotiated channel. */
export interface PatchedPeerConnection {
  offer(): Promise<string>;
  answer(): Promise<string>;
  remote(type: 'offer' | 'answer', sdp: string): Promise<void>;
  send(record: Uint8Array): void;
  readonly bufferedAmount: number;
  /** As they are; as they were before {@link close} after it. */
  pairs(): readonly CandidatePair[];
  /** Resolves when sockets and timers are released, or after `ms`. */
  close(ms: number): Promise<void>;
}

/** Stream and id of the channel, the same on both sides: no round trip to open it. */
const stream = 0;

export function createPeerConnection(options: PeerConnectionOptions): PatchedPeerConnection {
  const { addresses, iceServers, accepts, clock, events } = options;
  let channel: RTCDataChannel | undefined;
  let releasePatches = (): void => undefined;
  let atEnd: readonly CandidatePair[] | undefined;

  const pc = new RTCPeerConnection({
    iceServers: iceServers.map((server) => ({ ...server })),
    // Interfaces are chosen by us: werift skips loopback and whatever has a name that it takes for a tunnel.
    iceUseIpv4: false,
    iceUseIpv6: false,
    iceAdditionalHostAddresses: [...addresses],
    certificates: [dtlsCertificate()],
    maxMessageSize: limits.webrtc.maxMessageBytes,
    sctp: { mtu: limits.webrtc.mtu },
  });

  function prepareChannel(): void {
    if (channel) return;
    channel = pc.createDataChannel('lanpeer', { ordered: true, negotiated: true, id: stream });
    channel.bufferedAmountLowThreshold = limits.webrtc.lowWater;
    channel.bufferedAmountLow.subscribe(() => events.low());
    channel.stateChanged.subscribe((state) => {
      if (state === 'open') events.open();
      if (state === 'closed') events.down('the channel was closed');
    });
    releasePatches = applyPatches(internalsOf(pc), {
      hasStunServer: iceServers.some(({ urls }) => urls.startsWith('stun:')),
      stream,
      clock,
      accepts,
      onRecord: (bytes) => events.record(bytes),
      onOverrun: () => events.down('the other side sends more than it was allowed to'),
    });
  }

  pc.connectionStateChange.subscribe((state) => {
    if (state === 'failed' || state === 'closed') events.down(`the connection is ${state}`);
  });

  async function local(make: () => ReturnType<RTCPeerConnection['createOffer']>): Promise<string> {
    prepareChannel();
    await pc.setLocalDescription(await make());
    return pc.localDescription?.sdp ?? '';
  }

  // None before there is a channel.
  const readPairs = (): readonly CandidatePair[] => (channel ? pairsOf(internalsOf(pc).ice) : []);

  return {
    offer: () => local(() => pc.createOffer()),
    answer: () => local(() => pc.createAnswer()),
    async remote(type, sdp) {
      await pc.setRemoteDescription({ type, sdp });
      prepareChannel();
    },
    send: (record) => void channel?.send(Buffer.from(record.buffer, record.byteOffset, record.byteLength)),
    get bufferedAmount() {
      return channel?.bufferedAmount ?? 0;
    },
    pairs: () => atEnd ?? readPairs(),
    close(ms) {
      atEnd ??= readPairs();
      releasePatches();
      return new Promise((resolve) => {
        const timer = clock.setTimeout(resolve, ms);
        const done = (): void => {
          clock.clearTimeout(timer);
          resolve();
        };
        pc.close().then(done, done);
      });
    },
  };
}
