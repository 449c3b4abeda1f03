import { limits } from '../../../limits.ts';
import type { DtlsSocket, DtlsTransport } from './internals.ts';

const firstDtlsType = 20;
const lastDtlsType = 63;
const { earlyDatagrams } = limits.webrtc;

/**
 * Prepares the DTLS socket at the moment when werift makes it. Datagrams that come before are kept, because the other
 * side may be ready first; a client sends its hello at once, where werift waits 100 ms.
 */
export function startDtlsAtOnce(transport: DtlsTransport, prepare: (socket: DtlsSocket) => void): void {
  const start = transport.start;
  const buffered: Buffer[] = [];
  let socket: DtlsSocket | undefined;
  const subscription = transport.iceTransport.connection.onData.subscribe((datagram) => {
    const type = datagram[0] ?? 0;
    const isDtls = type >= firstDtlsType && type <= lastDtlsType;
    if (!socket && isDtls && buffered.length < earlyDatagrams) buffered.push(Buffer.from(datagram));
  });

  transport.start = () => {
    const started = start.call(transport);
    subscription.unSubscribe();
    socket = transport.dtls;
    if (!socket) return started;
    prepare(socket);
    connectOnce(socket);
    for (const datagram of buffered.splice(0)) socket.transport.socket.onData(datagram);
    return started;
  };
}

/** Connects now; werift's own call, which comes later, gets the same promise. */
function connectOnce(socket: DtlsSocket): void {
  const connect = socket.connect?.bind(socket);
  if (!connect) return;
  const connecting = connect();
  connecting.catch(() => undefined);
  socket.connect = () => connecting;
}
