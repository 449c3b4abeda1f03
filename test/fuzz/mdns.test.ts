import { expect, test } from 'vitest';
import { readAdvertisements } from '../../src/adapters/discovery/advertisements.ts';
import { readMessage } from '../../src/adapters/discovery/dns/message.ts';
import { formatTxt, parseTxt } from '../../src/protocol/txt-record.ts';
import { announcementOf, goodbyeOf } from '../support/forged-mdns.ts';
import { compressedQuery, query } from '../support/mdns.ts';
import { fuzz } from './support/fuzz.ts';
import { shapeOf } from './support/shape.ts';

const id = `${'a'.repeat(51)}a`;
const forged = { id, port: 4_711, networkTag: 'b'.repeat(26), addresses: ['10.0.0.1'] };
const name = '_lanpeer._tcp.local';

/** Pointers that point at pointers. */
function chain(length: number): Buffer {
  const head = Buffer.alloc(12);
  head.writeUInt16BE(0x8400, 2);
  head.writeUInt16BE(length, 4);
  const pointers = Array.from({ length }, (_, at) => [0xc0 | ((12 + 6 * at) >> 8), (12 + 6 * at) & 255, 0, 1, 0, 1]);
  return Buffer.concat([head, Buffer.from([1, 97, 0, 0, 1, 0]), Buffer.from(pointers.flat())]);
}

test('a DNS message', () =>
  fuzz({
    name: 'dns',
    samples: [
      announcementOf(forged),
      announcementOf(forged, { ...forged, id: `${'c'.repeat(51)}a` }),
      goodbyeOf(id, 4_711),
      query({ name, type: 'PTR', unicast: true }),
      compressedQuery(30, { name, type: 'ANY' }),
      chain(40),
    ],
    words: [
      Uint8Array.of(0xc0, 0x0c),
      Uint8Array.of(0xc0),
      Uint8Array.of(0, 33, 0, 1),
      Uint8Array.of(0, 16, 128, 1),
      `\x08_lanpeer\x04_tcp\x05local\x00`,
    ],
    mostBytes: 9_000,
    run(input) {
      const message = readMessage(input);
      if (message === undefined || message === 'ignored') return String(message);
      const { questions, answers, additionals, broken } = message;
      const { advertisements, malformed } = readAdvertisements([...answers, ...additionals]);
      for (const { name: asked } of questions) expect(asked.length).toBeLessThanOrEqual(2 * 255);
      for (const one of advertisements) if (one.kind === 'announced') expect(one.txt.id).toMatch(/^[a-z2-7]{52}$/);
      const counts = [questions, answers, additionals, advertisements].map(({ length }) => Math.min(length, 4));
      return `${counts} ${broken} ${Math.min(malformed, 3)} ${shapeOf(advertisements, 2)}`;
    },
  }));

/** Strings as a TXT record has them, each behind its length. */
function stringsOf(bytes: Buffer): Buffer[] {
  const strings: Buffer[] = [];
  for (let at = 0; at < bytes.length; at += 1 + (bytes[at] ?? 0))
    strings.push(bytes.subarray(at + 1, at + 1 + (bytes[at] ?? 0)));
  return strings;
}

test('a TXT record', () => {
  const fields = {
    version: 1,
    id,
    incarnation: { counter: 5, random: '0123456789abcdef' },
    networkTag: null,
    name: 'na me',
  };
  const txt = (more: Parameters<typeof formatTxt>[0]): Buffer =>
    Buffer.concat(
      Object.entries(formatTxt(more)).map(([at, value]) => {
        const pair = Buffer.from(`${at}=${value}`);
        return Buffer.concat([Buffer.of(pair.length), pair]);
      }),
    );
  return fuzz({
    name: 'txt',
    samples: [txt(fields), txt({ ...fields, networkTag: 'b'.repeat(26) })],
    words: ['id=', 'v=1', '=', '\x00', 'ID=', 'n='],
    mostBytes: 2_048,
    run(input) {
      const parsed = parseTxt(stringsOf(input));
      if (!parsed) return 'none';
      expect(parseTxt(stringsOf(txt(parsed)))).toEqual(parsed);
      return `${parsed.networkTag === null} ${Math.min(parsed.name.length, 3)} ${parsed.version > 1}`;
    },
  });
});
