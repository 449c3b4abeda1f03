import { getEventListeners } from 'node:events';
import { type ConnectionChange, type LanpeerNode, makeNetworkKey, type NodeOptions } from '../../src/index.ts';
import { createMemoryNetwork, createVirtualClock } from '../../src/testing/index.ts';
import { whenTestEnds } from './hooks.ts';

export const stops: (() => Promise<void>)[] = [];

whenTestEnds(async () => {
  for (const stop of stops.splice(0)) await stop();
});

/** Two nodes that run and do not look for each other unless the options say so; the one with the lower id first. */
export async function startTwo(one: Partial<NodeOptions> = {}, other: Partial<NodeOptions> = {}) {
  const clock = createVirtualClock();
  const network = createMemoryNetwork({ clock, delayMs: 2 });
  const access = { networkKey: makeNetworkKey() };
  const make = (name: string, options: Partial<NodeOptions>): LanpeerNode =>
    network.createNode({ name, access, discovery: false, ...options });
  const nodes = [make('here', one), make('there', other)] as const;
  stops.push(async () => {
    const stopped = Promise.all(nodes.map((node) => node.stop()));
    await clock.advanceAsync(20_000);
    await stopped;
  });
  await Promise.all(nodes.map((node) => node.start()));
  const [here, there] = nodes;
  const seen = { here: record(here), there: record(there) };
  return { clock, network, here, there, seen, address: network.addressOf(there) };
}

function record(node: LanpeerNode): string[] {
  const seen: string[] = [];
  node.connections$.subscribe(({ state, reason }: ConnectionChange) => seen.push(`${state} ${reason}`));
  return seen;
}

/** Where no device is. */
export const unreachable = { address: '203.0.113.9', port: 9 };
export const abortsOf = (signal: AbortSignal): number => getEventListeners(signal, 'abort').length;
export const connectionsOf = (node: LanpeerNode): number =>
  Object.values(node.stats().connections).reduce((sum, count) => sum + count, 0);
