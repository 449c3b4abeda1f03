import { limits } from '../../../limits.ts';
import type { Budget, NameReader } from './name.ts';

/** A resource record as the DNS decoder gives it; any device may have sent it. */
export interface DnsRecord {
  readonly name?: unknown;
  readonly type?: unknown;
  readonly ttl?: unknown;
  /** PTR: name. SRV: priority, weight, port, target. TXT: its strings. A: address. */
  readonly data?: unknown;
}

/** Numbers of RFC 1035, 2782 and 4034, of the types that are read or answered. */
export const types = { A: 1, PTR: 12, TXT: 16, AAAA: 28, SRV: 33, NSEC: 47, ANY: 255 } as const;

interface Read {
  /** Undefined for a record that is of another type or class, or broken. */
  readonly record?: DnsRecord;
  readonly broken?: true;
  /** Where the next one begins; undefined if that cannot be told. */
  readonly end: number | undefined;
}

const internet = 1;
/** In a record the highest bit of the class asks for a cache flush (RFC 6762 section 10.2). */
const classMask = 0x7fff;
const fixedBytes = 10;

/** A packet while it is read. */
export interface Reading {
  readonly bytes: Buffer;
  readonly names: NameReader;
  readonly budget: Budget;
}

function readStrings(bytes: Buffer, budget: Budget): Buffer[] | undefined {
  const strings: Buffer[] = [];
  for (let at = 0; at < bytes.length; ) {
    if (strings.length >= limits.discovery.txtStrings || budget.left <= 0) return undefined;
    budget.left -= 1;
    const next = at + 1 + (bytes[at] ?? 0);
    if (next > bytes.length) return undefined;
    strings.push(bytes.subarray(at + 1, next));
    at = next;
  }
  return strings;
}

function readWhole({ names }: Reading, start: number, end: number): string | undefined {
  const name = names.read(start);
  return name.end === end ? name.text : undefined;
}

function readService(reading: Reading, start: number, end: number) {
  const target = end - start > 6 ? readWhole(reading, start + 6, end) : undefined;
  if (target === undefined) return undefined;
  const [priority, weight, port] = [0, 2, 4].map((offset) => reading.bytes.readUInt16BE(start + offset));
  return { priority, weight, port, target };
}

const readers: Readonly<Record<number, readonly [string, (reading: Reading, start: number, end: number) => unknown]>> =
  {
    [types.A]: ['A', ({ bytes }, start, end) => (end - start === 4 ? bytes.subarray(start, end).join('.') : undefined)],
    [types.PTR]: ['PTR', readWhole],
    [types.TXT]: ['TXT', ({ bytes, budget }, start, end) => readStrings(bytes.subarray(start, end), budget)],
    [types.SRV]: ['SRV', readService],
  };

/** Reads one record (RFC 1035 section 4.1.3). One that is broken inside of its length does not hide the next. */
export function readRecord(reading: Reading, start: number): Read {
  const { bytes, names } = reading;
  const name = names.read(start);
  if (name.end === undefined || name.end + fixedBytes > bytes.length) return { broken: true, end: undefined };
  const at = name.end + fixedBytes;
  const end = at + bytes.readUInt16BE(at - 2);
  if (end > bytes.length) return { broken: true, end: undefined };
  const reader = readers[bytes.readUInt16BE(name.end)];
  if (!reader || (bytes.readUInt16BE(name.end + 2) & classMask) !== internet) return { end };
  const [type, read] = reader;
  const data = read(reading, at, end);
  if (name.text === undefined || data === undefined) return { broken: true, end };
  return { record: { name: name.text, type, ttl: bytes.readUInt32BE(name.end + 4), data }, end };
}
