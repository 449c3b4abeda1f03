import type { Question } from '../dns/message.ts';
import { type DnsRecord, types } from '../dns/record.ts';
import { lower, type OwnRecord, recordKey } from './records.ts';

const internet = 1;
const anyClass = 255;

/** Finds answers among the records of this node. */
export interface Answers {
  /** What these questions ask for. */
  to(questions: readonly Question[]): Set<OwnRecord>;
  /** Known-answer suppression: takes out what the querier knows already, and for long enough (RFC 6762 section 7.1). */
  withoutKnown(wanted: Iterable<OwnRecord>, known: readonly DnsRecord[]): Set<OwnRecord>;
  /** Additional records: what the receiver of these will ask for next (RFC 6763 section 12). */
  additionals(answers: ReadonlySet<OwnRecord>): OwnRecord[];
  /** The record that says the same. */
  find(record: DnsRecord): OwnRecord | undefined;
}

export function createAnswers(records: readonly OwnRecord[]): Answers {
  const byName = Map.groupBy(records, ({ name }) => name.toLowerCase());
  const byKey = new Map(records.map((record) => [recordKey(record), record]));
  const service = records.find(({ type }) => type === 'SRV');
  const text = records.find(({ type }) => type === 'TXT');
  const target = (service?.data as { readonly target?: string } | undefined)?.target;
  const host = records.filter(({ name }) => name === target);

  function answersTo({ name, type, class: network }: Question): readonly OwnRecord[] {
    if (network !== internet && network !== anyClass) return [];
    const all = byName.get(name.toLowerCase()) ?? [];
    const real = all.filter((record) => record.type !== 'NSEC');
    if (type === types.ANY) return real;
    const fitting = real.filter((record) => types[record.type] === type);
    return fitting.length > 0 ? fitting : all.filter((record) => record.type === 'NSEC');
  }

  /** The name first: the rest of a record may be long. */
  const find = (record: DnsRecord): OwnRecord | undefined =>
    byName.has(lower(record.name)) ? byKey.get(recordKey(record)) : undefined;

  return {
    to(questions) {
      const wanted = new Set<OwnRecord>();
      const different = new Map(questions.map((one) => [`${one.name} ${one.type} ${one.class}`, one]));
      for (const question of different.values()) for (const record of answersTo(question)) wanted.add(record);
      return wanted;
    },
    withoutKnown(wanted, known) {
      const left = new Set(wanted);
      for (const record of left.size > 0 ? known : []) {
        const own = find(record);
        if (own && typeof record.ttl === 'number' && record.ttl >= own.ttl / 2) left.delete(own);
      }
      return left;
    },
    additionals(answers) {
      const given = [...answers];
      const points = given.some(({ type, data }) => type === 'PTR' && data === service?.name);
      const names = points || given.some((record) => record === service);
      const more = [
        ...(points ? [service, text] : []),
        ...(names || given.some(({ name }) => name === target) ? host : []),
      ];
      return more.filter((record): record is OwnRecord => record !== undefined && !answers.has(record));
    },
    find: find,
  };
}
