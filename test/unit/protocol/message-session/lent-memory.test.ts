import { describe, expect, it } from 'vitest';
import { readFrames } from '../../../../src/protocol/frames.ts';
import { encodeMessage } from '../../../../src/protocol/message.ts';
import type { Turn } from '../../../../src/protocol/message-bodies/outgoing-bodies.ts';
import type { OutMessage } from '../../../../src/protocol/message-session/out-message.ts';
import { SendStream } from '../../../../src/protocol/message-session/send-stream.ts';
import { createRecordBuffer } from '../../../../src/protocol/record-buffer.ts';

const bytes = 100_000;

function setUp(of: OutMessage['of'] = 'message', given?: readonly Uint8Array[]) {
  const data = new Uint8Array(bytes).fill(7);
  const told: string[] = [];
  const lanes = new Set<Turn>();
  const stream = new SendStream({
    id: '0123456789abcdef',
    takes: () => 1_000_000,
    wake: (lane) => void lanes.add(lane),
  });
  const push = (name: string, payload: OutMessage['payload'], kind = of): void =>
    stream.push({
      of: kind,
      payload,
      lost: () => void told.push(`${name} lost`),
      settle: (outcome) => void told.push(`${name} ${outcome}`),
    });
  const lent = encodeMessage({ type: 'x', data: given ?? data, timestamp: 1 }, undefined, true);
  push('lent', lent);
  push('other', Uint8Array.of(1), 'message');
  const into = createRecordBuffer(16_368);
  function record(): readonly string[] {
    into.clear();
    while (stream.pull(into));
    for (const lane of lanes) while (lane.pull(into));
    return [...readFrames(into.view())].map((frame) => {
      if ('bytes' in frame) return `${frame.kind} ends ${frame.bytes.at(-1)}`;
      return 'payload' in frame ? `${frame.kind} ends ${frame.payload.at(-1)}` : frame.kind;
    });
  }
  const transfer = (): unknown => structuredClone(data, { transfer: [data.buffer] });
  return { stream, told, record, total: lent.byteLength, transfer };
}

describe('memory that a program lends and transfers', () => {
  it('before its message began, keeps it back: it is unsent, and what is behind it goes', () => {
    const { told, record, transfer } = setUp();
    transfer();
    expect(record()).toEqual(['begin', 'whole ends 1']);
    expect(told).toEqual(['lent lost', 'lent unsent']);
  });

  it('while its message is on its way, goes as zeros: the outcome is unknown, and the stream goes on', () => {
    const { stream, told, record, transfer } = setUp();
    expect(record()).toEqual(['begin', 'reference', 'whole ends 1', 'bodyBegin ends 7']);
    transfer();
    expect(record()).toEqual(['bodyMore ends 0']);
    expect(told).toEqual(['lent lost', 'lent unknown']);
    for (let no = 0; no < 5; no += 1) expect(record()).toEqual(['bodyMore ends 0']);
    expect(record()).toEqual([]);
    stream.acknowledge({ received: 2, handled: 2 });
    expect(told).toEqual(['lent lost', 'lent unknown', 'other delivered']);
  });

  it('when one of two arrays is gone, the other is not read after the outcome either', () => {
    const kept = new Uint8Array(bytes).fill(8);
    const lent = new Uint8Array(bytes).fill(7);
    const { stream, told, record } = setUp('message', [lent, kept]);
    record();
    structuredClone(lent, { transfer: [lent.buffer] });
    record();
    expect(told).toEqual(['lent lost', 'lent unknown']);
    // It is the program's again.
    kept.fill(9);
    let frames = record();
    const ends: string[] = [];
    while (frames.length > 0) {
      ends.push(...frames);
      frames = record();
    }
    expect(new Set(ends)).toEqual(new Set(['bodyMore ends 0']));
    stream.acknowledge({ received: 2, handled: 2 });
    expect(told.at(-1)).toBe('other delivered');
  });

  it('of a volatile message, is told once', () => {
    const { told, record, transfer } = setUp('volatile');
    record();
    transfer();
    let frames = record();
    while (frames.length > 0) frames = record();
    expect(told).toEqual(['lent lost', 'lent unknown']);
  });

  it('of a request, is told at once, and the request keeps its place until it has arrived', () => {
    const { stream, told, record, total, transfer } = setUp('request');
    record();
    transfer();
    let frames = record();
    while (frames.length > 0) frames = record();
    expect(told.at(-1)).toBe('lent lost');
    stream.bodies.receiveCredit({ lane: 1, received: total, limit: total, rewind: false });
    expect(told.at(-1)).toBe('lent delivered');
  });
});
