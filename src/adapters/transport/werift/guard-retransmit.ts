import type { Clock } from '../../../environment.ts';
import type { DtlsSocket } from './internals.ts';

const handshake = 22;
const changeCipherSpec = 20;
const firstMs = 100;
const longestMs = 1_000;
/** Flights that the other side answers: each is sent again until the next one begins. */
const answered: readonly number[] = [1, 3, 4, 5];

/**
 * Sends a flight of the handshake again after 100 ms, doubling to 1 s (RFC 6347 section 4.2.4 lets implementations
 * choose); werift waits 0.5 s and more. Returns the function that ends it.
 */
export function retransmitFlights(socket: DtlsSocket, clock: Clock): () => void {
  const { transport } = socket;
  const send = transport.send;
  let flight = -1;
  let datagrams: Buffer[] = [];
  let waitMs = firstMs;
  let timer: unknown;

  function arm(): void {
    clock.clearTimeout(timer);
    timer = clock.setTimeout(() => {
      if (socket.dtls.flight !== flight || socket.connected || transport.socket.closed) return;
      for (const datagram of datagrams) void Promise.resolve(send(datagram)).catch(() => undefined);
      waitMs = Math.min(waitMs * 2, longestMs);
      arm();
    }, waitMs);
  }

  transport.send = (datagram, address) => {
    const type = datagram[0];
    if ((type === handshake || type === changeCipherSpec) && !socket.connected) {
      if (socket.dtls.flight !== flight) {
        flight = socket.dtls.flight;
        datagrams = [];
        waitMs = firstMs;
        if (answered.includes(flight)) arm();
        else clock.clearTimeout(timer);
      }
      if (!datagrams.includes(datagram)) datagrams.push(datagram);
    }
    return send(datagram, address);
  };
  return () => clock.clearTimeout(timer);
}
