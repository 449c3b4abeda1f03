import { limits } from '../../../limits.ts';
import type { Question } from '../dns/message.ts';
import { types } from '../dns/record.ts';
import { type OwnRecord, recordBytes } from './records.ts';

/** A response in the form that multicast-dns encodes. */
export interface Response {
  readonly type: 'response';
  readonly id?: number;
  readonly flags: number;
  readonly questions?: readonly { readonly name: string; readonly type: string; readonly class: string }[];
  readonly answers: readonly OwnRecord[];
  readonly additionals: readonly OwnRecord[];
}

/** Header bits: authoritative answer (RFC 6762 section 18.4). */
const authoritative = 0x0400;
const headerBytes = 12;
/** A resolver that knows nothing of mDNS is to forget soon (RFC 6762 section 6.7). */
const legacyTtl = 10;

const { answerBytes, legacyQuestions } = limits.discovery;

function fill(records: Iterable<OwnRecord>, room: number): { readonly taken: OwnRecord[]; readonly room: number } {
  const taken: OwnRecord[] = [];
  let left = room;
  for (const record of records) {
    const bytes = recordBytes(record);
    if (bytes > left) continue;
    taken.push(record);
    left -= bytes;
  }
  return { taken, room: left };
}

/** As many answers as one packet takes, and what fits beside them. */
export function responseWith(answers: Iterable<OwnRecord>, beside: Iterable<OwnRecord> = [], used = 0): Response {
  const first = fill(answers, answerBytes - headerBytes - used);
  const second = fill(beside, first.room);
  return { type: 'response', flags: authoritative, answers: first.taken, additionals: second.taken };
}

/** These records are no longer true (RFC 6762 section 10.1); others may still have the type, and say so. */
export const goodbyeResponse = (records: readonly OwnRecord[], typeName: string): Response =>
  responseWith(
    records.filter(({ type, name }) => type !== 'NSEC' && name !== typeName).map((record) => ({ ...record, ttl: 0 })),
  );

const typeText = (type: number): string =>
  Object.entries(types).find(([, number]) => number === type)?.[0] ?? `UNKNOWN_${type}`;

/** For a resolver that asked from another port than 5353: its id and question again, and nothing that is only mDNS. */
export function legacyResponse(
  id: number,
  questions: readonly Question[],
  answers: Iterable<OwnRecord>,
  beside: Iterable<OwnRecord>,
): Response {
  const asked = new Map(
    questions.map(({ name, type, class: network }) => [
      `${name.toLowerCase()} ${type} ${network}`,
      { name, type: typeText(type), class: network === types.ANY ? 'ANY' : 'IN' },
    ]),
  );
  const repeated = [...asked.values()].slice(0, legacyQuestions);
  const used = repeated.reduce((sum, { name }) => sum + name.length + 2 + 4, 0);
  const plain = (record: OwnRecord): OwnRecord => ({
    ...record,
    ttl: Math.min(record.ttl, legacyTtl),
    flush: false,
  });
  return {
    ...responseWith([...answers].map(plain), [...beside].map(plain), used),
    id,
    questions: repeated,
  };
}
