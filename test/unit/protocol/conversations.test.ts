import { describe, expect, it } from 'vitest';
import { formatCarried, parseCarried } from '../../../src/protocol/carrier.ts';
import { readFrames } from '../../../src/protocol/frames.ts';
import { formatGreetingFrame, parseGreetingFrame, protocolVersion } from '../../../src/protocol/greeting.ts';
import { mismatchOf } from '../../../src/protocol/mismatch.ts';
import { networkTag } from '../../../src/protocol/network-key.ts';
import { type Role, verifyProof } from '../../../src/protocol/proof.ts';
import { formatSignal, parseSignal } from '../../../src/protocol/signal.ts';
import { formatTxt } from '../../../src/protocol/txt-record.ts';
import { bytesOf, bytesOfHex, isText, load, openAll, textsOf, txtOf } from '../../support/conversations.ts';
import { recordOf } from '../../support/frames.ts';

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
      'attach',
      'attached',
      'begin',
      'bodyBegin',
      'bodyCredit',
      'bodyMore',
      'bye',
      'ping',
      'pong',
      'ready',
      'reference',
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
