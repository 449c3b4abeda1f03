import type { DtlsSocket, DtlsTransport } from './internals.ts';

const firstDtlsType = 20;
const lastDtlsType = 63;
const heldDatagrams = 32;

/**
 * Prepares the DTLS socket at the moment when werift makes it. Datagrams that come before are kept, because the other
 * side may be ready first; a client greets at once, where werift waits 100 ms.
 */
export function startAtOnce(transport: DtlsTransport, prepare: (socket: DtlsSocket) => void): void {
  const start = transport.start;
  const held: Buffer[] = [];
  let socket: DtlsSocket | undefined;
  const early = transport.iceTransport.connection.onData.subscribe((datagram) => {
    const type = datagram[0] ?? 0;
    const isDtls = type >= firstDtlsType && type <= lastDtlsType;
    if (!socket && isDtls && held.length < heldDatagrams) held.push(Buffer.from(datagram));
  });

  transport.start = () => {
    const started = start.call(transport);
    early.unSubscribe();
    socket = transport.dtls;
    if (!socket) return started;
    prepare(socket);
    for (const datagram of held.splice(0)) socket.transport.socket.onData(datagram);
    greetOnce(socket);
    return started;
  };
}

/** Connects now; werift's own call, which comes later, gets the same promise. */
function greetOnce(socket: DtlsSocket): void {
  const connect = socket.connect?.bind(socket);
  if (!connect) return;
  const connecting = connect();
  connecting.catch(() => undefined);
  socket.connect = () => connecting;
}
