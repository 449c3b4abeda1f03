import { createSocket } from 'node:dgram';
import { once } from 'node:events';

export const dnsTypes = { A: 1, PTR: 12, TXT: 16, AAAA: 28, SRV: 33, NSEC: 47, ANY: 255 } as const;
export type DnsType = keyof typeof dnsTypes;

export interface Asked {
  readonly name: string;
  readonly type: DnsType;
  /** 1, if not said otherwise. */
  readonly class?: number;
  readonly unicast?: boolean;
}

/** A record as it is on the wire. */
export interface WireRecord {
  readonly name: string;
  readonly type: DnsType | number;
  readonly flush: boolean;
  readonly ttl: number;
  readonly data: Buffer;
}

export interface WireMessage {
  readonly bytes: number;
  readonly id: number;
  readonly flags: number;
  readonly questions: readonly { readonly name: string; readonly type: DnsType | number; readonly class: number }[];
  readonly answers: readonly WireRecord[];
  readonly additionals: readonly WireRecord[];
}

const u16 = (...values: readonly number[]): Buffer => {
  const bytes = Buffer.alloc(2 * values.length);
  for (const [at, value] of values.entries()) bytes.writeUInt16BE(value, 2 * at);
  return bytes;
};

const u32 = (value: number): Buffer => u16(Math.floor(value / 65_536), value % 65_536);

export const wireName = (name: string): Buffer =>
  Buffer.concat([
    ...name.split('.').flatMap((label) => [Buffer.from([label.length]), Buffer.from(label)]),
    Buffer.from([0]),
  ]);

export const wireQuestion = ({ name, type, class: network = 1, unicast = false }: Asked): Buffer =>
  Buffer.concat([wireName(name), u16(dnsTypes[type], network + (unicast ? 0x8000 : 0))]);

/** A record; its data are the bytes of the field. */
export const wireRecord = (name: string, type: DnsType | number, ttl: number, data: Uint8Array, network = 1): Buffer =>
  Buffer.concat([
    wireName(name),
    u16(typeof type === 'number' ? type : dnsTypes[type], network),
    u32(ttl),
    u16(data.byteLength),
    data,
  ]);

interface Packet {
  readonly id?: number;
  readonly flags?: number;
  readonly questions?: readonly Buffer[];
  readonly answers?: readonly Buffer[];
  readonly additionals?: readonly Buffer[];
}

export function wirePacket({ id = 0, flags = 0, questions = [], answers = [], additionals = [] }: Packet): Buffer {
  const head = u16(id, flags, questions.length, answers.length, 0, additionals.length);
  return Buffer.concat([head, ...questions, ...answers, ...additionals]);
}

export const query = (...questions: readonly Asked[]): Buffer => wirePacket({ questions: questions.map(wireQuestion) });

/** One packet with that many questions for a name; all but the first point at it (RFC 1035 section 4.1.4). */
export function compressedQuery(count: number, question: Asked): Buffer {
  const rest = Array.from({ length: count - 1 }, () =>
    Buffer.concat([u16(0xc00c), wireQuestion(question).subarray(wireName(question.name).length)]),
  );
  return wirePacket({ questions: [wireQuestion(question), ...rest] });
}

const typeOf = (number: number): DnsType | number =>
  (Object.keys(dnsTypes) as DnsType[]).find((type) => dnsTypes[type] === number) ?? number;

/** Reads a message that holds no compression, as multicast-dns sends them. */
export function readWire(bytes: Buffer): WireMessage {
  let at = 12;
  function next16(): number {
    at += 2;
    return bytes.readUInt16BE(at - 2);
  }
  function name(): string {
    const labels: string[] = [];
    for (let size = bytes[at++] ?? 0; size > 0; size = bytes[at++] ?? 0) {
      labels.push(bytes.toString('utf8', at, at + size));
      at += size;
    }
    return labels.join('.');
  }
  function records(count: number): WireRecord[] {
    return Array.from({ length: count }, () => {
      const [owner, type, network] = [name(), typeOf(next16()), next16()];
      const ttl = next16() * 65_536 + next16();
      const length = next16();
      at += length;
      return { name: owner, type, flush: network === 0x8001, ttl, data: bytes.subarray(at - length, at) };
    });
  }
  const questions = Array.from({ length: bytes.readUInt16BE(4) }, () => ({
    name: name(),
    type: typeOf(next16()),
    class: next16(),
  }));
  const answers = records(bytes.readUInt16BE(6));
  const additionals = records(bytes.readUInt16BE(10));
  return {
    bytes: bytes.length,
    id: bytes.readUInt16BE(0),
    flags: bytes.readUInt16BE(2),
    questions,
    answers,
    additionals,
  };
}

/** Hears a network and speaks on it. */
export interface MdnsPeer {
  /** Responses that hold a record whose name or data have that text. */
  about(text: string): readonly WireMessage[];
  /** Resolves when as many such responses came, in all. */
  came(text: string, count: number): Promise<readonly WireMessage[]>;
  send(bytes: Buffer): Promise<void>;
  close(): void;
}

/** @param port 5353 hears the group, any other only what is sent to it. */
export async function openMdns(port = 5_353, address = '127.0.0.1', source = '0.0.0.0'): Promise<MdnsPeer> {
  const socket = createSocket({ type: 'udp4', reuseAddr: true });
  socket.bind(port, source);
  await once(socket, 'listening');
  if (port === 5_353) socket.addMembership('224.0.0.251', address);
  socket.setMulticastInterface(address);
  const heard: Buffer[] = [];
  socket.on('message', (bytes) => {
    if (((bytes[2] ?? 0) & 0x80) === 0) return;
    heard.push(bytes);
    socket.emit('heard');
  });
  const about = (text: string): WireMessage[] => heard.filter((bytes) => bytes.includes(text)).map(readWire);
  return {
    about,
    async came(text, count) {
      while (about(text).length < count) await once(socket, 'heard');
      return about(text);
    },
    send: (bytes) =>
      new Promise((resolve, reject) =>
        socket.send(bytes, 5_353, '224.0.0.251', (error) => (error ? reject(error) : resolve())),
      ),
    close: () => void socket.close(),
  };
}
