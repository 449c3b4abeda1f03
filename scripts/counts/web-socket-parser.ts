/** A frame of RFC 6455 section 5.2, its payload unmasked. */
export interface WebSocketFrame {
  readonly opcode: number;
  readonly payload: Buffer;
}

const headEnd = '\r\n\r\n';

/** Finds the WebSocket frames in what one end writes, behind its request or answer of HTTP. */
export function createWebSocketParser(take: (frame: WebSocketFrame) => void): (bytes: Buffer) => void {
  let waiting: Buffer[] = [];
  let length = 0;
  let needed = 0;
  let isUpgraded = false;

  function next(bytes: Buffer): number {
    if (!isUpgraded) {
      const end = bytes.indexOf(headEnd);
      isUpgraded = end >= 0;
      return isUpgraded ? end + headEnd.length : 0;
    }
    if (bytes.length < 2) return 0;
    const [first = 0, second = 0] = bytes;
    const short = second & 0x7f;
    const sizeBytes = short === 126 ? 2 : short === 127 ? 8 : 0;
    const maskBytes = second & 0x80 ? 4 : 0;
    const start = 2 + sizeBytes + maskBytes;
    if (bytes.length < start) return 0;
    const size = sizeBytes === 0 ? short : sizeBytes === 2 ? bytes.readUInt16BE(2) : Number(bytes.readBigUInt64BE(2));
    needed = start + size;
    if (bytes.length < needed) return 0;
    const mask = bytes.subarray(start - maskBytes, start);
    const masked = bytes.subarray(start, needed);
    const isClear = mask.every((byte) => byte === 0);
    const payload = Buffer.from(isClear ? masked : masked.map((byte, at) => byte ^ (mask[at % 4] ?? 0)));
    const end = needed;
    needed = 0;
    take({ opcode: first & 0x0f, payload });
    return end;
  }

  return (bytes) => {
    waiting.push(bytes);
    length += bytes.length;
    if (length < needed) return;
    let rest = Buffer.concat(waiting);
    for (let end = next(rest); end > 0 && rest.length > 0; end = next(rest)) rest = rest.subarray(end);
    waiting = [rest];
    length = rest.length;
  };
}
