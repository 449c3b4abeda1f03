import { isBytes } from '../../../validation/realm.ts';
import type { DnsRecord } from '../dns/record.ts';

/** A record of this node, in the form that multicast-dns sends. */
export interface OwnRecord {
  readonly name: string;
  readonly type: 'PTR' | 'SRV' | 'TXT' | 'A' | 'NSEC';
  /** Seconds. */
  readonly ttl: number;
  /** No other responder has records of that name and type, so caches drop what they had (RFC 6762 section 10.2). */
  readonly flush: boolean;
  readonly data: unknown;
}

/** RFC 6762 section 10: records with a host name in them, and others. */
const hostTtl = 120;
const otherTtl = 4_500;

export const lower = (value: unknown): string => (typeof value === 'string' ? value.toLowerCase() : '');

function canonical({ type, data }: DnsRecord): string {
  if (type === 'TXT') {
    const strings: readonly unknown[] = Array.isArray(data) ? data : [data];
    return strings.map((one) => (isBytes(one) ? Buffer.from(one).toString('base64') : '')).join();
  }
  if (type !== 'SRV') return lower(data);
  const { priority = 0, weight = 0, port, target } = (data ?? {}) as Readonly<Record<string, unknown>>;
  return [priority, weight, port, lower(target)].join(' ');
}

/** Equal for records that say the same; names have no case. */
export const recordKey = (record: DnsRecord): string =>
  `${lower(record.name)} ${String(record.type)} ${canonical(record)}`;

/** What it takes in a packet without compression, bytes. */
export function recordBytes({ name, type, data }: OwnRecord): number {
  const fixed = name.length + 2 + 10;
  if (type === 'A') return fixed + 4;
  if (type === 'PTR') return fixed + String(data).length + 2;
  if (type === 'SRV') return fixed + 6 + String((data as { readonly target: unknown }).target).length + 2;
  // The name, and a bit map of one window.
  if (type === 'NSEC') return fixed + name.length + 2 + 2 + 32;
  return fixed + (data as readonly Uint8Array[]).reduce((sum, { byteLength }) => sum + 1 + byteLength, 0);
}

const ownRecord = (type: OwnRecord['type'], name: string, data: unknown): OwnRecord => ({
  name,
  type,
  ttl: type === 'PTR' || type === 'TXT' ? otherTtl : hostTtl,
  flush: type !== 'PTR',
  data,
});

/** Which types a name has: a querier that asks for another learns that there is none (RFC 6762 section 6.1). */
const negative = (name: string, rrtypes: readonly string[]): OwnRecord =>
  ownRecord('NSEC', name, { nextDomain: name, rrtypes });

interface Published {
  readonly name: string;
  readonly type: string;
  readonly data: unknown;
}

/**
 * The records of this node on one interface.
 * @param published What bonjour-service published; its addresses are those of every interface, and of no loopback.
 * @param addresses Where this node is reached from the network of that interface.
 */
export function ownRecords(published: readonly Published[], addresses: readonly string[]): readonly OwnRecord[] {
  const kept = published.flatMap(({ name, type, data }) =>
    type === 'PTR' || type === 'SRV' || type === 'TXT' ? [ownRecord(type, name, data)] : [],
  );
  const service = kept.find(({ type }) => type === 'SRV');
  if (!service) throw new Error('bonjour-service published no service');
  const { target } = service.data as { readonly target: string };
  return [
    ...kept,
    ...addresses.map((address) => ownRecord('A', target, address)),
    negative(target, ['A']),
    negative(service.name, ['TXT', 'SRV']),
  ];
}
