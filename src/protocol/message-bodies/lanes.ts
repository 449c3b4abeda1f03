import { limits } from '../../limits.ts';
import type { MessageKind } from '../frame-types.ts';

const { interleaved } = limits.messages;

/** Session messages, one after another. */
export const messageLane = 0;
/** Calls, and volatile messages: one at a time in each of these lanes. */
export const callLanes: readonly number[] = Array.from({ length: interleaved }, (_, at) => 1 + at);
export const volatileLanes: readonly number[] = callLanes.map((lane) => lane + interleaved);

/** True for a lane that messages of that kind go over. */
export function isLaneOf(lane: number, of: MessageKind): boolean {
  if (of === 'message') return lane === messageLane;
  return (of === 'volatile' ? volatileLanes : callLanes).includes(lane);
}

export const isVolatileLane = (lane: number): boolean => volatileLanes.includes(lane);
