import { limits } from '../../../limits.ts';
import type { DtlsSocket } from './internals.ts';

const headerBytes = 13;
const handshakeHeaderBytes = 12;
const firstType = 20;
const alert = 21;
const handshake = 22;
const lastType = 23;
const { handshakeBytes } = limits.webrtc;

/** False if a plain handshake record (RFC 6347 section 4.2.2) announces more memory than a message may take. */
function fits(body: Buffer): boolean {
  for (let at = 0; at < body.length; ) {
    if (at + handshakeHeaderBytes > body.length) return false;
    if (body.readUIntBE(at + 1, 3) > handshakeBytes) return false;
    at += handshakeHeaderBytes + body.readUIntBE(at + 9, 3);
  }
  return true;
}

/**
 * True for a datagram of whole DTLS records (RFC 6347 section 4.1) that werift survives. One forged datagram would end
 * the connection: another content type and an alert that is not encrypted close it, a plain ClientHello after the
 * handshake starts it anew.
 */
export function isSafeDatagram(datagram: Buffer, connected: boolean): boolean {
  let at = 0;
  while (at + headerBytes <= datagram.length) {
    const type = datagram.readUInt8(at);
    const epoch = datagram.readUInt16BE(at + 3);
    const begin = at + headerBytes;
    const end = begin + datagram.readUInt16BE(at + 11);
    if (type < firstType || type > lastType || end > datagram.length) return false;
    if (connected && epoch === 0) return false;
    // The nonce of an encrypted record begins with its epoch, which is 1.
    if (type === alert && !(connected && end - begin >= 2 && datagram.readUInt16BE(begin) === 1)) return false;
    if (type === handshake && epoch === 0 && !fits(datagram.subarray(begin, end))) return false;
    at = end;
  }
  return at === datagram.length && at > 0;
}

/** Puts {@link isSafeDatagram} before the DTLS socket. */
export function dropUnsafeRecords(socket: DtlsSocket): void {
  const { transport } = socket;
  const receive = transport.socket.onData;
  transport.socket.onData = (datagram) => {
    if (isSafeDatagram(datagram, socket.connected)) receive(datagram);
  };
}
