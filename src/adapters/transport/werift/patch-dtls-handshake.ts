import { limits } from '../../../limits.ts';
import type { DtlsSocket, Handshake } from './internals.ts';

const server = 2;
const clientHello = 1;
const finished = 20;
const lastServerFlight = 6;
const { handshakeAhead } = limits.webrtc;

/**
 * Gives werift each handshake message once and in order (RFC 6347 section 4.2.2). It handles them as they arrive and
 * repeats as if they were new, which leaves both sides with different keys after one lost or doubled datagram. Repeats
 * that ask for the last flight again pass; nothing new does once the handshake is over.
 */
export function orderHandshakeMessages(socket: DtlsSocket): void {
  const handle = socket.onHandleHandshakes;
  const waiting = new Map<number, Handshake>();
  let next = 0;

  const requestsLastFlight = ({ msg_type, message_seq }: Handshake): boolean =>
    socket.sessionType === server &&
    ((msg_type === clientHello && message_seq === next - 1 && !socket.connected) ||
      (msg_type === finished && socket.dtls.flight === lastServerFlight));

  socket.onHandleHandshakes = (messages) => {
    const runs: Promise<unknown>[] = [];
    for (const message of messages) {
      const { message_seq } = message;
      if (message_seq < next) {
        if (requestsLastFlight(message)) runs.push(handle([message]));
      } else if (!socket.connected && message_seq < next + handshakeAhead) waiting.set(message_seq, message);
    }
    for (let message = waiting.get(next); message; message = waiting.get(next)) {
      waiting.delete(next);
      next += 1;
      runs.push(handle([message]));
    }
    // One by one they would wait for each other: a handler waits in the middle of a flight for what comes after it.
    return Promise.all(runs);
  };
}
