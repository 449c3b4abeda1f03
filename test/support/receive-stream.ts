import type { Body, MessageKind } from '../../src/protocol/frame-types.ts';
import { ReceiveStream } from '../../src/protocol/message-session/receive-stream.ts';
import { codeOf } from './code-of.ts';

export const whole = (mark: number, of: MessageKind = 'message'): Body => ({
  kind: 'whole',
  of,
  payload: Uint8Array.of(mark),
});
export const first = (slot: number, total: number, bytes: number, of: MessageKind = 'message'): Body => ({
  kind: 'first',
  of,
  slot,
  total,
  payload: new Uint8Array(bytes).fill(1),
});
export const more = (slot: number, bytes: number, numbered = true): Body => ({
  kind: 'more',
  slot,
  numbered,
  payload: new Uint8Array(bytes).fill(2),
});

export function createReceiveStream(maxMessageBytes = 100_000) {
  const steps: (readonly [number, number, number])[] = [];
  const stream = new ReceiveStream({ maxMessageBytes, progress: (...step) => steps.push(step) });
  return { stream, steps, code: (body: Body) => codeOf(() => stream.receive(body)) };
}
