import { readFileSync } from 'node:fs';
import { createSeal, type Seal } from '../../src/protocol/seal.ts';
import { parseTxt } from '../../src/protocol/txt-record.ts';
import type { Conversation, Line } from '../fixtures/wire/conversation.ts';

/** A recorded conversation of that version: every version that ever was released stays here. */
export function load(version: number): Conversation {
  const file = new URL(`../fixtures/wire/version-${version}.jsonl`, import.meta.url);
  const [facts, ...lines] = readFileSync(file, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as object);
  return { ...(facts as Omit<Conversation, 'lines'>), lines: lines as Line[] };
}

export const bytesOf = (base64: string): Uint8Array => Buffer.from(base64, 'base64');
export const bytesOfHex = (hex: string): Uint8Array => Buffer.from(hex, 'hex');
export const isText = (line: Line): line is Extract<Line, { readonly text: string }> => 'text' in line;
export const txtOf = ({ txt }: Conversation) => parseTxt(txt.map((text) => Buffer.from(text)));

/** Text frames of the sessions that were authenticated, apart from those of the authentication. */
export function textsOf({ lines }: Conversation) {
  const texts = lines.filter(isText);
  const isReady = new Set<number>();
  const [greetings, signals]: [typeof texts, typeof texts] = [[], []];
  for (const line of texts) {
    (isReady.has(line.wire) ? signals : greetings).push(line);
    if (line.text.startsWith('{"type":"ready"')) isReady.add(line.wire);
  }
  return { greetings, signals };
}

/** Opens the sealed records of a conversation, in order, and seals them again. */
export function openAll({ lines, ids, secrets, networkKey }: Conversation) {
  const wires = new Map<number, number>();
  const seals = new Map<string, Seal>();
  const other = (name: string): string => (name === 'a' ? 'b' : 'a');
  const sealOf = (link: number, name: string, use: 'seal' | 'open'): Seal => {
    const key = `${link} ${name} ${use}`;
    const made =
      seals.get(key) ??
      createSeal({
        secret: bytesOfHex(secrets[wires.get(link) ?? -1] ?? ''),
        networkKey: bytesOfHex(networkKey),
        ownId: ids[name] ?? '',
        remoteId: ids[other(name)] ?? '',
        generation: link,
      });
    seals.set(key, made);
    return made;
  };
  return lines.flatMap((line) => {
    if ('text' in line && line.text.startsWith('{"type":"offer"'))
      wires.set((JSON.parse(line.text) as { epoch: number }).epoch, line.wire);
    if (!('sealed' in line)) return [];
    const sealed = bytesOf(line.sealed);
    const plain = sealOf(line.link, other(line.from), 'open').open(sealed);
    return [{ sealed, plain, again: sealOf(line.link, line.from, 'seal').seal(plain) }];
  });
}
