import type { Socket } from 'node:net';

/** Content type of a TLS record that carries a handshake, and the bytes before its payload (RFC 8446 section 5.1). */
const handshake = 22;
const headerBytes = 5;

/** True for what needs a look by TLS: a whole record, or what can be none. */
function isDue(said: Buffer, most: number): boolean {
  if (said.length === 0) return false;
  if (said[0] !== handshake || said.length >= most) return true;
  return said.length >= headerBytes && said.length >= headerBytes + said.readUInt16BE(3);
}

/**
 * Calls when the first TLS record has come whole, or what cannot be one: whoever sends nothing, or drips, costs no TLS.
 * Nothing is taken from the socket. `most`: bytes that are waited for at most.
 */
export function onFirstRecord(socket: Socket, most: number, due: () => void): void {
  const chunks: Buffer[] = [];
  function look(): void {
    for (let chunk = socket.read(); chunk !== null; chunk = socket.read()) chunks.push(chunk);
    const said = Buffer.concat(chunks);
    if (!isDue(said, most)) return;
    socket.off('readable', look);
    socket.unshift(said);
    due();
  }
  socket.on('readable', look);
}
