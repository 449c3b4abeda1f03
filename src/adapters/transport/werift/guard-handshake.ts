import type { DtlsSocket, Handshake } from './internals.ts';

const server = 2;
const clientHello = 1;
const finished = 20;
const lastServerFlight = 6;
/** Messages of a handshake that may wait for one before them; a whole handshake has fewer. */
const ahead = 16;
/** Bytes of fragments that may wait for the rest of their message. */
const fragmentBytes = 65_536;

/**
 * Gives werift each handshake message once and in order (RFC 6347 section 4.2.2). It handles them as they arrive and
 * repeats as if they were new, which leaves both sides with different keys after one lost or doubled datagram. Repeats
 * that ask for the last flight again pass.
 */
export function handleInOrder(socket: DtlsSocket): void {
  const handle = socket.onHandleHandshakes;
  const waiting = new Map<number, Handshake>();
  let next = 0;

  const asksAgain = ({ msg_type, message_seq }: Handshake): boolean =>
    socket.sessionType === server &&
    ((msg_type === clientHello && message_seq === next - 1 && !socket.connected) ||
      (msg_type === finished && socket.dtls.flight === lastServerFlight));

  socket.onHandleHandshakes = (messages) => {
    const runs: Promise<unknown>[] = [];
    for (const message of messages) {
      if (message.message_seq >= next + ahead) continue;
      if (message.message_seq >= next) waiting.set(message.message_seq, message);
      else if (asksAgain(message)) runs.push(handle([message]));
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

/** werift keeps fragments of handshake messages without limit: over the cap they are dropped, oldest first. */
export function capFragments(socket: DtlsSocket): void {
  const take = socket.udpOnMessage.bind(socket);
  socket.udpOnMessage = (datagram) => {
    let bytes = socket.bufferFragmentedHandshakes.reduce((sum, { fragment_length }) => sum + fragment_length, 0);
    while (bytes > fragmentBytes) bytes -= socket.bufferFragmentedHandshakes.shift()?.fragment_length ?? bytes;
    take(datagram);
  };
}
