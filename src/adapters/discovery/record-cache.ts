import type { Clock } from '../../environment.ts';
import { limits } from '../../limits.ts';
import { BoundedMap } from '../../util/bounded-map.ts';
import { isBytes } from '../../validation/realm.ts';
import { goodbyeOf, labelOf, lower } from './advertisements.ts';
import type { DnsRecord } from './dns/record.ts';

/** What one source said lately of one instance or host. */
interface Part {
  readonly service?: DnsRecord;
  readonly text?: DnsRecord;
  readonly addresses?: readonly DnsRecord[];
  readonly at: number;
}

/** Adds to the records of a packet what its source said just before, where the packet has only a part of a device. */
export type RecordCache = (records: readonly DnsRecord[], source: string) => readonly DnsRecord[];

const { joinMs, joinSources, joinPerSource, joinTextBytes } = limits.discovery;

/** The datagram that it points into would be held with it. */
function copyText(text: DnsRecord | undefined): DnsRecord | undefined {
  const strings = text && Array.isArray(text.data) ? text.data.filter(isBytes) : [];
  if (!text || strings.reduce((sum, { byteLength }) => sum + byteLength, 0) > joinTextBytes) return undefined;
  return { ...text, data: strings.map((one) => Buffer.from(one)) };
}

const targetOf = (service: DnsRecord | undefined): string =>
  lower((service?.data as { readonly target?: unknown } | null | undefined)?.target);

/** The parts that a packet has, by the label of an instance or the name of a host. */
function partsOf(records: readonly DnsRecord[], at: number) {
  const instances = new Map<string, Part>();
  const hosts = new Map<string, Part>();
  for (const record of records) {
    if (record.ttl === 0) continue;
    const label = labelOf(record.name);
    const host = lower(record.name);
    if (record.type === 'SRV' && label !== '') instances.set(label, { service: record, ...instances.get(label), at });
    if (record.type === 'TXT' && label !== '') instances.set(label, { text: record, ...instances.get(label), at });
    if (record.type === 'A')
      hosts.set(host, {
        addresses: [...(hosts.get(host)?.addresses ?? []), record].slice(0, limits.dial.addresses),
        at,
      });
  }
  return { instances, hosts };
}

/** SRV, TXT and A may come in packets of their own, in any order: some responders answer questions one by one. */
export function createRecordCache(clock: Clock): RecordCache {
  const bySource = new BoundedMap<string, BoundedMap<string, Part>>(joinSources);

  return (records, source) => {
    const now = clock.monotonic();
    const kept = bySource.get(source) ?? new BoundedMap<string, Part>(joinPerSource);
    const fresh = (key: string): Part | undefined => {
      const part = kept.get(key);
      return part && now - part.at < joinMs ? part : undefined;
    };
    for (const record of records) kept.delete(goodbyeOf(record));

    const { instances, hosts } = partsOf(records, now);
    // An address alone may be what was missing of devices on that host.
    for (const [label, part] of kept)
      if (!instances.has(label) && part.service && part.text && hosts.has(targetOf(part.service)) && fresh(label))
        instances.set(label, { at: now });

    const added: DnsRecord[] = [];
    for (const [label, part] of [...instances].slice(0, limits.discovery.devicesPerPacket)) {
      const before = fresh(label);
      const service = part.service ?? before?.service;
      const text = part.text ?? before?.text;
      const target = targetOf(service);
      const addresses = hosts.has(target) ? [] : (fresh(` ${target}`)?.addresses ?? []);
      if (service && text) {
        if (!part.service) added.push(service);
        if (!part.text) added.push(text);
        added.push(...addresses);
      }
      if (part.service && part.text && hosts.has(target)) kept.delete(label);
      else {
        const copy = part.text ? copyText(part.text) : text;
        kept.set(label, { ...(service && { service }), ...(copy && { text: copy }), at: now });
      }
    }
    const targets = new Set([...instances.values()].map(({ service }) => targetOf(service)));
    for (const [host, part] of [...hosts].slice(0, joinPerSource / 2))
      if (!targets.has(host)) kept.set(` ${host}`, part);

    if (kept.size > 0) bySource.set(source, kept);
    else bySource.delete(source);
    return added.length > 0 ? [...records, ...added] : records;
  };
}
