import type { Access, ConnectionChange, LanpeerNode, NodeOptions } from '../../src/index.ts';
import { createMemoryNetwork, createVirtualClock, type NetworkConditions } from '../../src/testing/index.ts';
import { whenTestEnds } from './hooks.ts';

const stops: (() => Promise<void>)[] = [];
whenTestEnds(async () => {
  for (const stop of stops.splice(0)) await stop();
});

/** Nodes on one network in virtual time, stopped after the test. */
export function setUpNodes(conditions?: NetworkConditions) {
  const clock = createVirtualClock();
  const network = createMemoryNetwork({ clock, ...(conditions && { conditions }) });
  const nodes: LanpeerNode[] = [];
  stops.push(async () => {
    const stopped = Promise.all(nodes.map((node) => node.stop()));
    await clock.advanceAsync(10_000);
    await stopped;
  });
  async function start(access: Access, options: Partial<NodeOptions> = {}) {
    const node = network.createNode({ name: `node ${nodes.length}`, access, ...options });
    nodes.push(node);
    const changes: ConnectionChange[] = [];
    node.connections$.subscribe((change) => changes.push(change));
    await node.start();
    /** What was said since the last call. */
    const told = (): readonly string[] =>
      changes.splice(0).map(({ state, reason, code }) => [state, reason, ...(code ? [code] : [])].join(' '));
    return { node, told };
  }
  /** Every device that was heard is connected, over WebRTC where that is allowed. */
  const settle = (ms = 3_000): Promise<unknown> => clock.advanceAsync(ms);
  return { clock, network, start, settle };
}

export const peersOf = ({ peers$ }: LanpeerNode): readonly string[] => {
  let ids: readonly string[] = [];
  peers$.subscribe((peers) => (ids = [...peers.keys()])).unsubscribe();
  return ids;
};
