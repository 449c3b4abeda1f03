import { isIPv4 } from 'node:net';
import { parseTxt, type TxtFields } from '../../protocol/txt.ts';

export const serviceType = '_lanpeer._tcp.local';

/** A resource record as the DNS decoder gives it; anybody may have sent it. */
export interface DnsRecord {
  readonly name?: unknown;
  readonly type?: unknown;
  readonly ttl?: unknown;
  readonly data?: unknown;
}

/** What one packet says of one device. */
export type Heard =
  | {
      readonly kind: 'announced';
      readonly txt: TxtFields;
      readonly port: number;
      readonly addresses: readonly string[];
    }
  | { readonly kind: 'goodbye'; readonly id: string };

/** Devices that one packet may speak of; ours speak of themselves. */
const perPacket = 16;

const lower = (value: unknown): string => (typeof value === 'string' ? value.toLowerCase() : '');

function labelOf(record: DnsRecord): string {
  const name = lower(record.name);
  return name.endsWith(`.${serviceType}`) ? name.slice(0, -serviceType.length - 1) : '';
}

function addressesOf(records: readonly DnsRecord[], target: string): string[] {
  return records
    .filter(({ type, name, data }) => type === 'A' && lower(name) === target && isUsable(data))
    .map(({ data }) => String(data));
}

const isUsable = (data: unknown): boolean =>
  typeof data === 'string' && isIPv4(data) && !/^(0|127|22[4-9]|2[3-5]\d)\./.test(data);

/** Reads a response: an announcement has SRV and TXT in one packet (RFC 6763 section 12.1); a TTL of 0 is a goodbye. */
export function readPacket(records: readonly DnsRecord[]): { readonly heard: Heard[]; readonly malformed: number } {
  const heard: Heard[] = [];
  let malformed = 0;
  const services = records.filter((record) => record.type === 'SRV' && labelOf(record) !== '');
  malformed += Math.max(0, services.length - perPacket);
  for (const service of services.slice(0, perPacket)) {
    const label = labelOf(service);
    const data = service.data as { readonly port?: unknown; readonly target?: unknown } | null | undefined;
    if (service.ttl === 0) {
      heard.push({ kind: 'goodbye', id: label });
      continue;
    }
    const text = records.find((record) => record.type === 'TXT' && labelOf(record) === label);
    // A packet with SRV alone answers somebody's question for just that.
    if (!text) continue;
    const strings = Array.isArray(text.data) ? text.data.filter((one) => one instanceof Uint8Array) : [];
    const txt = parseTxt(strings);
    const port = data?.port;
    if (!txt || txt.id !== label || typeof port !== 'number' || port < 1 || port > 65_535) {
      malformed += 1;
      continue;
    }
    heard.push({ kind: 'announced', txt, port, addresses: addressesOf(records, lower(data?.target)) });
  }
  return { heard, malformed };
}
