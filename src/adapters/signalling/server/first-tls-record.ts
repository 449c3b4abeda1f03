import type { Socket } from 'node:net';

/** Content type of a TLS record that carries a handshake, and the bytes before its payload (RFC 8446 section 5.1). */
const handshake = 22;
const headerBytes = 5;

/** True for what TLS has to read: a whole record, or bytes that cannot be one. */
function isComplete(received: Buffer, maxBytes: number): boolean {
  if (received.length === 0) return false;
  if (received[0] !== handshake || received.length >= maxBytes) return true;
  return received.length >= headerBytes && received.length >= headerBytes + received.readUInt16BE(3);
}

/**
 * Calls back when the first TLS record is whole, or cannot be one: a client that sends nothing, or one byte at a time,
 * costs no TLS. The bytes stay in the socket.
 * @param maxBytes Is waited for at most.
 */
export function onFirstTlsRecord(socket: Socket, maxBytes: number, callback: () => void): void {
  const chunks: Buffer[] = [];
  function onReadable(): void {
    for (let chunk = socket.read(); chunk !== null; chunk = socket.read()) chunks.push(chunk);
    const received = Buffer.concat(chunks);
    if (!isComplete(received, maxBytes)) return;
    socket.off('readable', onReadable);
    socket.unshift(received);
    callback();
  }
  socket.on('readable', onReadable);
}
