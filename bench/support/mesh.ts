import { createNode, type LanpeerNode } from '../../src/index.ts';
import type { Via } from '../../src/protocol/via.ts';

export interface MeshOptions {
  /** Nodes of this process, and of the whole mesh. */
  readonly nodes: number;
  readonly total: number;
  readonly networkKey: string;
  readonly address: string;
  readonly transports?: readonly Via[];
}

/** The nodes of a mesh that live in this process. */
export interface Mesh {
  readonly nodes: readonly LanpeerNode[];
  start(): Promise<void>;
  /** Resolves when each of them is connected to all others, of other processes too. */
  whole(): Promise<void>;
  /** Ends of open connections. */
  ends(): number;
  /** Connections between these nodes that run over WebRTC. */
  upgraded(): number;
  stop(): Promise<void>;
}

function upgradedOf({ peers$ }: LanpeerNode): number {
  let count = 0;
  // The subject has the peers of this moment for a new subscriber.
  const subscription = peers$.subscribe((peers) => {
    count = [...peers.values()].filter(({ via }) => via === 'webrtc').length;
  });
  subscription.unsubscribe();
  return count;
}

export function createMesh({ nodes: count, total, networkKey, address, transports }: MeshOptions): Mesh {
  const nodes = Array.from({ length: count }, (_, at) =>
    createNode({
      name: `node ${at} at ${address}`,
      access: { networkKey },
      interfaces: [address],
      // Of more than the default a connection that is only announced could have no place.
      maxPeers: Math.max(64, total),
      ...(transports && { transports }),
    }),
  );

  function hasAll(node: LanpeerNode): Promise<void> {
    return new Promise((resolve) => {
      const subscription = node.peers$.subscribe((peers) => {
        if (peers.size < total - 1) return;
        queueMicrotask(() => subscription.unsubscribe());
        resolve();
      });
    });
  }

  return {
    nodes,
    async start() {
      await Promise.all(nodes.map((node) => node.start()));
    },
    async whole() {
      await Promise.all(nodes.map(hasAll));
    },
    ends: () => nodes.reduce((sum, node) => sum + node.stats().connections.connected, 0),
    upgraded: () => nodes.reduce((sum, node) => sum + upgradedOf(node), 0) / 2,
    async stop() {
      await Promise.all(nodes.map((node) => node.stop()));
    },
  };
}
