import { types } from './record.ts';

const headerBytes = 12;
const internet = 1;
const mayBeUnicast = 0x8000;

/**
 * A query for pointers of that name.
 * @param unicast Whether it may be answered by unicast (RFC 6762 section 5.4). multicast-dns cannot encode the bit that says
 * so.
 */
export function question(name: string, unicast: boolean): Buffer {
  const labels = name.split('.').map((label) => Buffer.concat([Buffer.from([label.length]), Buffer.from(label)]));
  const packet = Buffer.concat([Buffer.alloc(headerBytes), ...labels, Buffer.alloc(5)]);
  packet.writeUInt16BE(1, 4);
  packet.writeUInt16BE(types.PTR, packet.length - 4);
  packet.writeUInt16BE(unicast ? internet | mayBeUnicast : internet, packet.length - 2);
  return packet;
}
