import { types } from './record.ts';

const headerBytes = 12;
const unicastInternet = 0x8001;

/**
 * A query for pointers of that name which may be answered by unicast (RFC 6762 section 5.4). multicast-dns cannot encode
 * the bit that says so.
 */
export function unicastQuestion(name: string): Buffer {
  const labels = name.split('.').map((label) => Buffer.concat([Buffer.from([label.length]), Buffer.from(label)]));
  const packet = Buffer.concat([Buffer.alloc(headerBytes), ...labels, Buffer.alloc(5)]);
  packet.writeUInt16BE(1, 4);
  packet.writeUInt16BE(types.PTR, packet.length - 4);
  packet.writeUInt16BE(unicastInternet, packet.length - 2);
  return packet;
}
