import { type RTCDataChannel, RTCPeerConnection } from 'werift';
import type { Rpc } from '../support/rpc.ts';

/** werift as it comes, but for what would leave the machine: no STUN server, loopback as its only address. */
function plainConnection(): RTCPeerConnection {
  return new RTCPeerConnection({
    iceServers: [],
    iceUseIpv4: false,
    iceUseIpv6: false,
    iceAdditionalHostAddresses: ['127.0.0.1'],
  });
}

function withoutStun(pc: RTCPeerConnection): void {
  const { dtlsTransports } = pc as unknown as {
    readonly dtlsTransports: readonly { readonly iceTransport: { readonly connection: { stunServer: unknown } } }[];
  };
  for (const { iceTransport } of dtlsTransports) iceTransport.connection.stunServer = undefined;
}

interface Sdp {
  readonly type: 'offer' | 'answer';
  readonly sdp: string;
}

export interface RawLink {
  readonly channel: RTCDataChannel;
  close(): Promise<void>;
}

/** One raw link, descriptions over the channel between the processes; resolves when this side's channel is open. */
export async function openRaw(role: 'offerer' | 'answerer', rpc: Rpc): Promise<RawLink> {
  const pc = plainConnection();
  const opened = new Promise<RTCDataChannel>((resolve) => {
    if (role === 'offerer') {
      const channel = pc.createDataChannel('bench');
      channel.stateChanged.subscribe((state) => {
        if (state === 'open') resolve(channel);
      });
    } else pc.onDataChannel.subscribe((channel) => resolve(channel));
  });
  if (role === 'offerer') {
    withoutStun(pc);
    await pc.setLocalDescription(await pc.createOffer());
    rpc.send('sdp', { type: 'offer', sdp: pc.localDescription?.sdp });
    await pc.setRemoteDescription((await rpc.next('sdp')) as Sdp);
  } else {
    await pc.setRemoteDescription((await rpc.next('sdp')) as Sdp);
    withoutStun(pc);
    await pc.setLocalDescription(await pc.createAnswer());
    rpc.send('sdp', { type: 'answer', sdp: pc.localDescription?.sdp });
  }
  const channel = await opened;
  return { channel, close: () => pc.close() };
}
