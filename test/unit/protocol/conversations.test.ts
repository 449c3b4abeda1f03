import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { createAuthentication } from '../../../src/adapters/signalling/session/authenticate.ts';
import { SignallingEndpoint } from '../../../src/adapters/signalling/session/signalling-endpoint.ts';
import { mismatchOf } from '../../../src/node/access/mismatch.ts';
import { formatCarried, parseCarried } from '../../../src/protocol/carrier.ts';
import { readFrames } from '../../../src/protocol/frames.ts';
import { formatGreetingFrame, parseGreetingFrame, protocolVersion } from '../../../src/protocol/greeting.ts';
import { networkTag } from '../../../src/protocol/network-key.ts';
import { type Role, verifyProof } from '../../../src/protocol/proof.ts';
import { createSeal, type Seal } from '../../../src/protocol/seal.ts';
import { formatSignal, parseSignal } from '../../../src/protocol/signal.ts';
import { formatTxt, parseTxt } from '../../../src/protocol/txt.ts';
import { createVirtualClock } from '../../../src/testing/virtual-clock.ts';
import type { Conversation, Line } from '../../fixtures/wire/conversation.ts';
import { codeOf } from '../../support/code-of.ts';
import { createFakeWire } from '../../support/fake-wire.ts';
import { recordOf } from '../../support/frames.ts';

/** A recorded conversation of that version: every version that ever was released stays here. */
function load(version: number): Conversation {
  const file = new URL(`../../fixtures/wire/version-${version}.jsonl`, import.meta.url);
  const [facts, ...lines] = readFileSync(file, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as object);
  return { ...(facts as Omit<Conversation, 'lines'>), lines: lines as Line[] };
}

const bytesOf = (base64: string): Uint8Array => Buffer.from(base64, 'base64');
const bytesOfHex = (hex: string): Uint8Array => Buffer.from(hex, 'hex');
const isText = (line: Line): line is Extract<Line, { readonly text: string }> => 'text' in line;
const txtOf = ({ txt }: Conversation) => parseTxt(txt.map((text) => Buffer.from(text)));

/** Text frames of the sessions that were authenticated, apart from those of the authentication. */
function textsOf({ lines }: Conversation) {
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
function openAll({ lines, ids, secrets, networkKey }: Conversation) {
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

describe(`a recorded conversation of version ${protocolVersion}`, () => {
  const conversation = load(protocolVersion);
  const { ids, secrets, networkKey } = conversation;
  const { greetings, signals } = textsOf(conversation);
  const ofOurs = greetings.filter(({ from }) => from !== 'later');

  it('is decoded and encoded to the same texts', () => {
    expect(ofOurs.length).toBeGreaterThan(4);
    for (const { text } of ofOurs) expect(formatGreetingFrame(parseGreetingFrame(text))).toBe(text);
    expect(new Set(signals.map(({ text }) => parseSignal(text).type))).toEqual(
      new Set(['offer', 'signal', 'lost', 'bye']),
    );
    for (const { text } of signals) expect(formatSignal(parseSignal(text))).toBe(text);
  });

  it('proves the network key', () => {
    const proven = ofOurs.flatMap(({ wire, from, text }) => {
      const frame = parseGreetingFrame(text);
      if (frame.type === 'refuse' || frame.type === 'ready') return [];
      const role: Role = frame.type === 'hello' ? 'dialer' : 'listener';
      const otherId = ids[from === 'a' ? 'b' : 'a'] ?? '';
      const context = { role, ownId: ids[from] ?? '', otherId, exporter: bytesOfHex(secrets[wire] ?? '') };
      return [`${from} ${verifyProof(bytesOfHex(networkKey), context, frame.proof)}`];
    });
    expect(proven).toEqual(['c false', 'b true', 'a true']);
  });

  it('carries records that are decoded and encoded to the same bytes', () => {
    const kinds = new Set<string>();
    for (const line of conversation.lines) {
      if (!('carried' in line)) continue;
      const bytes = bytesOf(line.carried);
      const carried = parseCarried(bytes);
      if (!carried) throw new Error('The frame is of another channel.');
      const { record } = carried;
      expect(Buffer.compare(formatCarried(carried), bytes)).toBe(0);
      const frames = [...readFrames(record)];
      for (const { kind } of frames) kinds.add(kind);
      expect(Buffer.compare(recordOf(...frames), record)).toBe(0);
    }
    expect([...kinds].sort()).toEqual([
      'ack',
      'begin',
      'bye',
      'first',
      'hello',
      'more',
      'ping',
      'pong',
      'ready',
      'whole',
    ]);
  });

  it('has sealed records that open, decoded and encoded to the same bytes', () => {
    const records = openAll(conversation);
    expect(records.length).toBeGreaterThan(20);
    for (const { sealed, plain, again } of records) {
      expect(Buffer.compare(again, sealed)).toBe(0);
      expect(Buffer.compare(recordOf(...readFrames(plain)), plain)).toBe(0);
    }
  });

  it('has an announcement that is decoded and encoded to the same strings', () => {
    const fields = txtOf(conversation);
    expect(fields).toMatchObject({ version: protocolVersion, id: ids['a'] });
    const again = fields && Object.entries(formatTxt(fields)).map(([key, value]) => `${key}=${value}`);
    expect(again).toEqual(conversation.txt);
    expect(fields && mismatchOf(fields, {}, [networkTag(bytesOfHex(networkKey))])).toBeUndefined();
  });

  it('has a node of the next version that is refused with ERR_VERSION', () => {
    const [, said] = conversation.lines.filter(isText).filter(({ wire }) => wire === 1);
    expect(said).toMatchObject({ from: 'a', text: '{"type":"refuse","code":"ERR_VERSION"}' });
  });
});

describe('a recorded conversation of version 1', () => {
  const conversation = load(1);
  const { greetings } = textsOf(conversation);
  const hello = greetings.find(({ from }) => from === 'b')?.text ?? '';
  const { ids } = conversation;

  it('has greetings, records and an announcement that are of another version, and nothing worse', () => {
    const hellos = greetings.filter(({ from, text }) => from !== 'later' && text.startsWith('{"type":"hello"'));
    expect(hellos.map(({ text }) => codeOf(() => parseGreetingFrame(text)))).toEqual(['ERR_VERSION', 'ERR_VERSION']);
    const firstOfLinks = new Map<string, Uint8Array>();
    for (const line of conversation.lines) {
      const carried = 'carried' in line ? parseCarried(bytesOf(line.carried)) : undefined;
      const name = `${line.from} ${carried?.generation}`;
      if (carried && !firstOfLinks.has(name)) firstOfLinks.set(name, carried.record);
    }
    const [sealed] = openAll(conversation);
    const codes = [...firstOfLinks.values(), sealed?.plain ?? new Uint8Array()].map((record) =>
      codeOf(() => [...readFrames(record)]),
    );
    expect(codes).toEqual(['ERR_VERSION', 'ERR_VERSION', 'ERR_VERSION', 'ERR_VERSION', 'ERR_VERSION']);
    const fields = txtOf(conversation);
    expect(fields && mismatchOf(fields, {}, [networkTag(bytesOfHex(conversation.networkKey))])).toBe('version');
  });

  it('is refused with ERR_VERSION where it calls, as often as it does: nothing is denied without another look', () => {
    const clock = createVirtualClock();
    const endpoint = new SignallingEndpoint({
      ownId: ids['a'] ?? '',
      access: { networkKey: bytesOfHex(conversation.networkKey) },
      greet: () => ({
        incarnation: { counter: 1, random: '0'.repeat(16) },
        name: '',
        held: 0,
        features: [],
        transports: [],
      }),
      clock,
    });
    const refusals: string[] = [];
    endpoint.setListener(
      {
        session: () => void refusals.push('a session'),
        refused: ({ code }) => void refusals.push(code),
        error: () => undefined,
      },
      1,
    );
    for (let call = 0; call < 5; call += 1) {
      const wire = createFakeWire();
      expect(endpoint.activeRefusal('192.0.2.1', ids['b'] ?? '')).toBeUndefined();
      const secret = new Uint8Array(32);
      endpoint.accept({ wire, id: ids['b'] ?? '', secret, address: '192.0.2.1' }, () => undefined);
      wire.listener.text(hello);
      expect([wire.sent, wire.ending]).toEqual([['{"type":"refuse","code":"ERR_VERSION"}'], 'close']);
    }
    expect(refusals).toEqual(new Array(5).fill('ERR_VERSION'));
  });

  it('refuses a dialer of a later version with a code that this version reads', () => {
    const [, refusal] = conversation.lines.filter(isText).filter(({ wire }) => wire === 1);
    const dialer = createAuthentication({
      role: 'dialer',
      ownId: ids['later'] ?? '',
      remoteId: ids['a'] ?? '',
      exporter: new Uint8Array(32),
      access: () => ({}),
      greet: () => {
        throw new Error('A side that is refused does not greet.');
      },
    });
    expect(JSON.parse(dialer.first ?? '')).toMatchObject({ type: 'hello', version: protocolVersion });
    expect(dialer.receive(refusal?.text ?? '')).toEqual({ kind: 'refused', code: 'ERR_VERSION', reply: undefined });
  });
});
