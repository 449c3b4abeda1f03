import { limits } from '../../../limits.ts';
import type { DtlsSocket } from './internals.ts';

const { handshakeFragments } = limits.webrtc;

/** werift keeps fragments of handshake messages without limit: over the cap the oldest are dropped. */
export function capHandshakeFragments(socket: DtlsSocket): void {
  const { transport } = socket;
  const receive = transport.socket.onData;
  transport.socket.onData = (datagram) => {
    const waiting = socket.bufferFragmentedHandshakes;
    if (waiting.length > handshakeFragments) waiting.splice(0, waiting.length - handshakeFragments);
    receive(datagram);
  };
}
