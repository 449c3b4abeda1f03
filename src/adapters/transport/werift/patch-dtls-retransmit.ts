import type { Clock } from '../../../environment.ts';
import type { DtlsSocket } from './internals.ts';

const changeCipherSpec = 20;
const handshake = 22;
const serverHelloDone = 14;
const firstMs = 100;
const longestMs = 1_000;

/** Thrown into werift's flights to end them, and caught here. */
const sent = new Error('The flight was sent.');

function unlessSent(thrown: unknown): void {
  if (thrown !== sent) throw thrown;
}

/** True for the last datagram of a flight that the other side answers. */
function endsFlight(flight: number, datagram: Buffer): boolean {
  if (flight === 1 || flight === 3) return true;
  if (flight === 4) return datagram[13] === serverHelloDone;
  return flight === 5 && datagram[0] === handshake && datagram.readUInt16BE(3) === 1;
}

/**
 * Sends a flight of the handshake again after 100 ms, doubling to 1 s, until the other side answers (RFC 6347 section
 * 4.2.4 leaves the times to implementations). werift waits 0.5 s and more, and a close cannot stop its timers, up to
 * 5.5 s long, so that a process could not exit: its flights end with their last datagram. Returns the function that ends
 * the retransmission.
 */
export function retransmitFlights(socket: DtlsSocket, clock: Clock): () => void {
  const { transport } = socket;
  const send = transport.send;
  const handle = socket.onHandleHandshakes;
  const connect = socket.connect?.bind(socket);
  let flight = -1;
  let datagrams: Buffer[] = [];
  let waitMs = firstMs;
  let timer: unknown;
  let stopped = false;

  function again(): void {
    if (stopped || socket.connected || socket.dtls.flight !== flight) return;
    for (const datagram of datagrams) void Promise.resolve(send(datagram)).catch(() => undefined);
    waitMs = Math.min(waitMs * 2, longestMs);
    timer = clock.setTimeout(again, waitMs);
  }

  socket.onHandleHandshakes = (messages) => handle(messages).catch(unlessSent);
  if (connect) socket.connect = () => connect().catch(unlessSent);

  transport.send = (datagram, address) => {
    const type = datagram[0];
    if (socket.connected || (type !== handshake && type !== changeCipherSpec)) return send(datagram, address);
    if (socket.dtls.flight !== flight) {
      flight = socket.dtls.flight;
      datagrams = [];
      clock.clearTimeout(timer);
    }
    if (!datagrams.includes(datagram)) datagrams.push(datagram);
    const sending = send(datagram, address);
    if (!endsFlight(flight, datagram)) return sending;
    sending.catch(() => undefined);
    clock.clearTimeout(timer);
    waitMs = firstMs;
    if (!stopped) timer = clock.setTimeout(again, waitMs);
    throw sent;
  };

  return () => {
    stopped = true;
    clock.clearTimeout(timer);
  };
}
