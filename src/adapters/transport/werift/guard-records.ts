import type { DtlsSocket } from './internals.ts';

const headerBytes = 13;
const alert = 21;
const firstType = 20;
const lastType = 23;

/**
 * True for a datagram of DTLS records (RFC 6347 section 4.1) that werift survives: one spoofed datagram with another
 * content type, or with an alert that is not encrypted, would close the connection.
 */
export function isSafeDatagram(datagram: Buffer, connected: boolean): boolean {
  for (let at = 0; at + headerBytes <= datagram.length; at += headerBytes + datagram.readUInt16BE(at + 11)) {
    const type = datagram.readUInt8(at);
    if (type < firstType || type > lastType) return false;
    // The nonce of an encrypted record begins with its epoch, which is 1.
    if (type === alert && (!connected || datagram.readUInt16BE(at + headerBytes) !== 1)) return false;
  }
  return true;
}

/** Puts {@link isSafeDatagram} before the DTLS socket. */
export function dropUnsafeRecords(socket: DtlsSocket): void {
  const { transport } = socket;
  const take = transport.socket.onData;
  transport.socket.onData = (datagram) => {
    let safe = false;
    try {
      safe = isSafeDatagram(datagram, socket.connected);
    } catch {
      // Cut off in the middle of a record: not safe.
    }
    if (safe) take(datagram);
  };
}
