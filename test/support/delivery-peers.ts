import type { ChildProcess } from 'node:child_process';
import { createNode, type LanpeerNode, makeNetworkKey } from '../../src/index.ts';
import { forkPeer, type Report } from './delivery-fork.ts';
import { whenTestEnds } from './hooks.ts';
import { hasPeer } from './nodes.ts';

const running = new Set<ChildProcess>();
const nodes = new Set<LanpeerNode>();

whenTestEnds(async () => {
  for (const child of running) child.kill('SIGKILL');
  running.clear();
  await Promise.all([...nodes].map((node) => node.stop()));
  nodes.clear();
});

/** A peer in a process of its own. */
export interface RemotePeer {
  readonly id: string;
  kill(signal: NodeJS.Signals): void;
}

/** A node here that is connected to so many peers, each in a process of its own, which take numbered messages. */
export async function startWithPeers(count: number): Promise<{ node: LanpeerNode; peers: readonly RemotePeer[] }> {
  const networkKey = makeNetworkKey();
  const node = createNode({ name: 'here', access: { networkKey }, interfaces: ['127.0.0.1'], discovery: false });
  nodes.add(node);
  await node.start();
  const peers: RemotePeer[] = [];
  for (let at = 0; at < count; at += 1) {
    const { child, id, port } = await forkPeer(networkKey, `peer ${at}`);
    running.add(child);
    await node.connect({ address: '127.0.0.1', port, id });
    await hasPeer(node, id);
    peers.push({ id, kill: (signal) => void child.kill(signal) });
  }
  return { node, peers };
}

export const reportOf = async (node: LanpeerNode, id: string): Promise<Report> =>
  (await node.request(id, 'report', null, { timeout: 60_000 })) as Report;
