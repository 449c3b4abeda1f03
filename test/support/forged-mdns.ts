import { randomBytes } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { protocolVersion } from '../../src/protocol/greeting.ts';
import type { Incarnation } from '../../src/protocol/incarnation.ts';
import { formatTxt } from '../../src/protocol/txt-record.ts';

/** What a forged record says of a device; whose it is, is up to the forger. */
export interface Forged {
  readonly id: string;
  readonly port: number;
  readonly networkTag: string | null;
  readonly incarnation?: Incarnation;
  readonly name?: string;
  /** For A records; the source of the packet is taken as an address anyway. */
  readonly addresses?: readonly string[];
}

const serviceType = '_lanpeer._tcp.local';
const ttlSeconds = 120;
const types = { a: 1, ptr: 12, txt: 16, srv: 33 } as const;

const lengthOf = (bytes: Uint8Array): Buffer => Buffer.concat([Buffer.from([bytes.byteLength]), bytes]);

const nameOf = (text: string): Buffer =>
  Buffer.concat([...text.split('.').map((label) => lengthOf(Buffer.from(label))), Buffer.from([0])]);

function record(name: string, type: keyof typeof types, ttl: number, data: Uint8Array): Buffer {
  const head = Buffer.alloc(10);
  head.writeUInt16BE(types[type], 0);
  head.writeUInt16BE(1, 2);
  head.writeUInt32BE(ttl, 4);
  head.writeUInt16BE(data.byteLength, 8);
  return Buffer.concat([nameOf(name), head, data]);
}

/** A DNS response (RFC 1035 section 4) with these records as its answers. */
function response(records: readonly Buffer[]): Buffer {
  const head = Buffer.alloc(12);
  head.writeUInt16BE(0x8400, 2);
  head.writeUInt16BE(records.length, 6);
  return Buffer.concat([head, ...records]);
}

function service(host: string, port: number): Buffer {
  const fixed = Buffer.alloc(6);
  fixed.writeUInt16BE(port, 4);
  return Buffer.concat([fixed, nameOf(host)]);
}

function recordsOf(device: Forged): Buffer[] {
  const { id, port, networkTag, addresses = [], name = 'forged' } = device;
  const { incarnation = { counter: 1, random: randomBytes(8).toString('hex') } } = device;
  const host = `lanpeer-${id.slice(0, 16)}.local`;
  const txt = formatTxt({ version: protocolVersion, id, incarnation, networkTag, name });
  const pairs = Object.entries(txt).map(([key, value]) => lengthOf(Buffer.from(`${key}=${value}`)));
  return [
    record(serviceType, 'ptr', ttlSeconds, nameOf(`${id}.${serviceType}`)),
    record(`${id}.${serviceType}`, 'srv', ttlSeconds, service(host, port)),
    record(`${id}.${serviceType}`, 'txt', ttlSeconds, Buffer.concat(pairs)),
    ...addresses.map((address) => record(host, 'a', ttlSeconds, Buffer.from(address.split('.').map(Number)))),
  ];
}

/** One packet that announces these devices. */
export const announcementOf = (...devices: readonly Forged[]): Buffer => response(devices.flatMap(recordsOf));

/** A packet that says goodbye for that device: its records live no longer. */
export const goodbyeOf = (id: string, port: number): Buffer =>
  response([
    record(serviceType, 'ptr', 0, nameOf(`${id}.${serviceType}`)),
    record(`${id}.${serviceType}`, 'srv', 0, service(`lanpeer-${id.slice(0, 16)}.local`, port)),
  ]);

/** Sends packets to the mDNS group on loopback, from one address of it. */
export interface Forger {
  readonly source: string;
  send(packet: Uint8Array): Promise<void>;
  close(): void;
}

export async function openForger(source: string): Promise<Forger> {
  const socket = createSocket('udp4');
  await new Promise<void>((resolve) => socket.bind(0, source, resolve));
  socket.setMulticastInterface('127.0.0.1');
  socket.setMulticastTTL(0);
  return {
    source,
    send: (packet) =>
      new Promise((resolve, reject) =>
        socket.send(packet, 5353, '224.0.0.251', (error) => (error ? reject(error) : resolve())),
      ),
    close: () => void socket.close(),
  };
}
