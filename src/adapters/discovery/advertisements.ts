import { isIPv4 } from 'node:net';
import { limits } from '../../limits.ts';
import { parseTxt, type TxtFields } from '../../protocol/txt-record.ts';
import { isBytes } from '../../validation/realm.ts';
import type { DnsRecord } from './dns/record.ts';

export type { DnsRecord } from './dns/record.ts';

export const serviceType = '_lanpeer._tcp.local';

/** What one packet says of one device. */
export type Advertisement =
  | {
      readonly kind: 'announced';
      readonly txt: TxtFields;
      readonly port: number;
      readonly addresses: readonly string[];
      /** Those of them that are off the link and may be tried when nothing else works. */
      readonly offLink?: readonly string[];
    }
  | { readonly kind: 'goodbye'; readonly id: string };

const { devicesPerPacket } = limits.discovery;

export const lower = (value: unknown): string => (typeof value === 'string' ? value.toLowerCase() : '');

/** The first label of a name in our service type, else the empty string. */
export function labelOf(text: unknown): string {
  const name = lower(text);
  return name.endsWith(`.${serviceType}`) ? name.slice(0, -serviceType.length - 1) : '';
}

function addressesOf(records: readonly DnsRecord[], target: string): string[] {
  return records
    .filter(({ type, name, ttl, data }) => type === 'A' && ttl !== 0 && lower(name) === target && isUsable(data))
    .map(({ data }) => String(data));
}

const isUsable = (data: unknown): boolean =>
  typeof data === 'string' && isIPv4(data) && !/^(0|127|22[4-9]|2[3-5]\d)\./.test(data);

/** The instance that a record says goodbye for: its time to live is 0 (RFC 6762 section 10.1). */
export function goodbyeOf({ type, name, data, ttl }: DnsRecord): string {
  if (ttl !== 0) return '';
  if (type === 'SRV') return labelOf(name);
  return type === 'PTR' && lower(name) === serviceType ? labelOf(data) : '';
}

/** The first TXT record of each instance, by its label. */
function textsOf(records: readonly DnsRecord[]): ReadonlyMap<string, DnsRecord> {
  const texts = records.filter(({ type, ttl }) => type === 'TXT' && ttl !== 0);
  return new Map(texts.reverse().map((text) => [labelOf(text.name), text]));
}

function announcementOf(
  service: DnsRecord,
  text: DnsRecord | undefined,
  records: readonly DnsRecord[],
): Advertisement | 'malformed' | undefined {
  const label = labelOf(service.name);
  // A packet with SRV alone answers a question for just that.
  if (!text) return undefined;
  const strings = Array.isArray(text.data) ? text.data.filter(isBytes) : [];
  const txt = parseTxt(strings);
  const { port, target } = (service.data ?? {}) as { readonly port?: unknown; readonly target?: unknown };
  const isPort = typeof port === 'number' && Number.isInteger(port) && port >= 1 && port <= 65_535;
  if (!txt || txt.id !== label || !isPort) return 'malformed';
  return { kind: 'announced', txt, port, addresses: addressesOf(records, lower(target)) };
}

/** Reads a response: an announcement has SRV and TXT, if not in one packet then joined; a TTL of 0 is a goodbye. */
export function readAdvertisements(records: readonly DnsRecord[]): {
  readonly advertisements: Advertisement[];
  readonly malformed: number;
} {
  const gone = new Set(records.map(goodbyeOf).filter((label) => label !== ''));
  const services = records.filter(({ type, name, ttl }) => type === 'SRV' && ttl !== 0 && labelOf(name) !== '');
  const texts = textsOf(records);
  const said = services
    .slice(0, devicesPerPacket)
    .map((service) => announcementOf(service, texts.get(labelOf(service.name)), records));
  const goodbyes = [...gone].slice(0, devicesPerPacket);
  const announcements = said.filter((one) => typeof one === 'object');
  const over = services.length - said.length + gone.size - goodbyes.length;
  return {
    advertisements: [...announcements, ...goodbyes.map((id) => ({ kind: 'goodbye', id }) as const)],
    malformed: over + said.filter((one) => one === 'malformed').length,
  };
}
