/** CRC32c (RFC 9260 appendix A), bit by bit. */
export function crc32c(bytes: Buffer): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit += 1) crc = crc & 1 ? (crc >>> 1) ^ 0x82f63b78 : crc >>> 1;
  }
  return ~crc >>> 0;
}

/** An SCTP packet of one chunk (RFC 9260 section 3). */
export function sctpPacket(
  type: number,
  body: Buffer,
  { tag, checksum = true }: { readonly tag: number; readonly checksum?: boolean },
): Buffer {
  const bytes = Buffer.alloc(12 + 4 + body.length + (-body.length & 3));
  bytes.writeUInt16BE(5_000, 0);
  bytes.writeUInt16BE(5_000, 2);
  bytes.writeUInt32BE(tag, 4);
  bytes.writeUInt8(type, 12);
  bytes.writeUInt16BE(4 + body.length, 14);
  body.copy(bytes, 16);
  if (checksum) bytes.writeUInt32LE(crc32c(bytes), 8);
  return bytes;
}
