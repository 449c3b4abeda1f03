import { type LanpeerNode, makeNetworkKey } from '../../src/index.ts';
import { createMemoryNetwork } from '../../src/testing/index.ts';

/** A node with its inspector and many peers in memory, in this process, whose links break all the time. */
export interface Flapping {
  readonly node: LanpeerNode;
  readonly peers: readonly LanpeerNode[];
  /** Breaks a link every so many ms until the returned function is called. */
  flap(everyMs: number): () => void;
  stop(): Promise<void>;
}

export async function startFlapping(count: number): Promise<Flapping> {
  const network = createMemoryNetwork();
  const common = { access: { networkKey: makeNetworkKey() }, discovery: false, autoConnect: false } as const;
  const node = network.createNode({ name: 'looked at', ...common, maxPeers: 256, inspector: true });
  const peers = Array.from({ length: count }, (_, at) => network.createNode({ name: `peer ${at}`, ...common }));
  await Promise.all([node, ...peers].map((one) => one.start()));
  for (const peer of peers) await node.connect(network.addressOf(peer));
  return {
    node,
    peers,
    flap(everyMs) {
      let turn = 0;
      const timer = setInterval(() => {
        // Each in its turn, neighbours far apart.
        const peer = peers[(turn * 89) % peers.length];
        turn += 1;
        if (peer) network.drop(node, peer);
      }, everyMs);
      return () => clearInterval(timer);
    },
    async stop() {
      await Promise.all([node, ...peers].map((one) => one.stop()));
    },
  };
}
