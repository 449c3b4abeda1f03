import { expect } from 'vitest';
import type { Reason } from '../../src/machines/connection/reasons.ts';
import type { ConnectionRig } from '../../src/testing/model/connection-rig.ts';
import { createPair, type Pair } from './connection-pair.ts';

export const sides = ['low', 'high'] as const;

/** The states that a side reported, with the reasons for them. */
export const reportedStates = ({ effects }: ConnectionRig): string[] =>
  effects.flatMap((effect) => (effect.effect === 'report' ? [`${effect.state}: ${effect.reason}`] : []));
export const reasonsOf = ({ effects }: ConnectionRig): Reason[] =>
  effects.flatMap((effect) => (effect.effect === 'report' ? [effect.reason] : []));
export const openWires = ({ wires }: Pair) => wires.filter(({ open }) => open.low || open.high);

export function expectOneLink(pair: Pair): void {
  expect([pair.low.state, pair.high.state]).toEqual(['connected.steady', 'connected.steady']);
  expect(pair.links.joined()).toBe(true);
  expect(pair.low.links.size).toBe(1);
  expect(pair.high.links.size).toBe(1);
  expect(pair.low.context.link?.generation).toBe(pair.high.context.link?.generation);
}

export function connectedPair(options: Parameters<typeof createPair>[0] = {}): Pair {
  const pair = createPair(options);
  pair.connect();
  expectOneLink(pair);
  pair.low.takeEffects();
  pair.high.takeEffects();
  return pair;
}

export const generationOf = (pair: Pair): number => pair.low.context.link?.generation ?? 0;
