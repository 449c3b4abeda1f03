import { expect, test } from 'vitest';
import { limits } from '../../../../src/limits.ts';
import type { Body } from '../../../../src/protocol/frame-types.ts';
import { Assemblies, type AssemblyRoom } from '../../../../src/protocol/message-session/assembly.ts';
import { ReceiveStream } from '../../../../src/protocol/message-session/receive-stream.ts';
import { createSendScheduler, type OutJob } from '../../../../src/protocol/message-session/send-scheduler.ts';
import { codeOf } from '../../../support/code-of.ts';

const { fragmentBytes, interleaved, leastFragmentBytes, roomAfter, volatileBytes } = limits.messages;

const first = (slot: number, total: number, bytes: number): Extract<Body, { kind: 'first' }> => ({
  kind: 'first',
  of: 'volatile',
  slot,
  total,
  payload: new Uint8Array(bytes),
});

test('when the unfinished volatile messages of a peer are larger than their cap, throws ERR_PROTOCOL', () => {
  const stream = new ReceiveStream({ maxMessageBytes: 8 * volatileBytes, progress: () => undefined });
  const half = (slot: number) => codeOf(() => stream.receive(first(slot, volatileBytes / 2, leastFragmentBytes)));
  expect([1, 2].map(half)).toEqual([undefined, undefined]);
  expect(codeOf(() => stream.receive(first(3, 1, 1)))).toBe('ERR_PROTOCOL');
});

test('when many large requests wait, sends a few of them at a time', () => {
  const scheduler = createSendScheduler<OutJob>(() => Number.POSITIVE_INFINITY);
  const payload = new Uint8Array(2 * fragmentBytes);
  for (let slot = 0; slot < 2 * interleaved; slot += 1)
    scheduler.push({ of: 'request', payload, slot, given: 0, received: 0 });
  const slots = Array.from({ length: 3 * interleaved }, () => scheduler.next(fragmentBytes * 2, true)?.job.slot);
  const few = Array.from({ length: interleaved }, (_, no) => no);
  expect(slots.slice(0, 2 * interleaved)).toEqual([...few, ...few]);
  expect(slots.slice(2 * interleaved)).toEqual(few.map((no) => no + interleaved));
});

test('when enough of a message is there, takes the memory for all of it at once', () => {
  const acquired: number[] = [];
  const nothing = (): void => undefined;
  const room: AssemblyRoom = {
    expect: nothing,
    acquire(bytes) {
      acquired.push(bytes);
      return true;
    },
    release: nothing,
    came: nothing,
    refused: nothing,
  };
  const total = 80_000;
  const assemblies = new Assemblies({ most: total, room });
  const part = (total * roomAfter) / 2;
  assemblies.receive(first(1, total, part));
  expect(acquired).toEqual([part]);
  assemblies.receive({ kind: 'more', slot: 1, numbered: false, payload: new Uint8Array(part) });
  expect(acquired).toEqual([part, total - part]);
});
