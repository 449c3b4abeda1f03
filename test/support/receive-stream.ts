import type { Body, BodyPart, MessageKind } from '../../src/protocol/frame-types.ts';
import {
  ReceiveStream,
  type ReceiveStreamOptions,
  type Whole,
} from '../../src/protocol/message-session/receive-stream.ts';
import { codeOf } from './code-of.ts';

export const whole = (mark: number, of: MessageKind = 'message'): Body => ({
  kind: 'whole',
  of,
  payload: Uint8Array.of(mark),
});
export const reference: Body = { kind: 'reference' };
/** The first bytes of a message over a lane; all of them are the number of the lane. */
export const begin = (lane: number, offset: number, total: number, bytes: number, of?: MessageKind): BodyPart => ({
  kind: 'bodyBegin',
  lane,
  offset,
  of: of ?? (lane === 0 ? 'message' : lane > 8 ? 'volatile' : 'request'),
  total,
  bytes: new Uint8Array(bytes).fill(lane),
});
export const more = (lane: number, offset: number, bytes: number): BodyPart => ({
  kind: 'bodyMore',
  lane,
  offset,
  bytes: new Uint8Array(bytes).fill(lane),
});

export function createReceiveStream(maxMessageBytes = 100_000, options: Partial<ReceiveStreamOptions> = {}) {
  const steps: (readonly [number, number, number])[] = [];
  const arrived: Whole[] = [];
  const stream = new ReceiveStream({
    maxMessageBytes,
    progress: (...step) => steps.push(step),
    arrived: (one) => void arrived.push(one),
    ...options,
  });
  return {
    stream,
    steps,
    arrived,
    code: (body: Body) => codeOf(() => stream.receive(body)),
    part: (frame: BodyPart) => codeOf(() => stream.bodies.receive(frame)),
  };
}
