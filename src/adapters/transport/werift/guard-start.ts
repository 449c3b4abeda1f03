import { limits } from '../../../limits.ts';
import type { DtlsSocket, DtlsTransport, IceConnection } from './internals.ts';

const firstDtlsType = 20;
const lastDtlsType = 63;
/** States of a candidate pair that was not checked yet. */
const unchecked: readonly number[] = [0, 1];
const { earlyDatagrams } = limits.webrtc;

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
    if (!socket && isDtls && held.length < earlyDatagrams) held.push(Buffer.from(datagram));
  });

  transport.start = () => {
    const started = start.call(transport);
    early.unSubscribe();
    socket = transport.dtls;
    if (!socket) return started;
    prepare(socket);
    greetOnce(socket);
    for (const datagram of held.splice(0)) socket.transport.socket.onData(datagram);
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

/**
 * Begins the checks of all candidate pairs at once. werift begins one every 20 ms and sleeps after the last one too,
 * which is half of the time that a link takes to open; the pairs are few (`limits.signalling.candidates`).
 */
export function checkAtOnce(ice: IceConnection): void {
  const schedule = ice.schedulingChecks;
  ice.schedulingChecks = () => {
    const waiting = ice.candidatePairs.filter(({ state }) => unchecked.includes(state));
    return waiting.every(() => schedule.call(ice)) && schedule.call(ice);
  };
}
