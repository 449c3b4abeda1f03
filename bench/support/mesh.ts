import { createNode, type LanpeerNode } from '../../src/index.ts';

export interface MeshOptions {
  /** Nodes of this process, and of the whole mesh. */
  readonly nodes: number;
  readonly total: number;
  readonly networkKey: string;
  readonly address: string;
}

/** The nodes of a mesh that live in this process. */
export interface Mesh {
  readonly nodes: readonly LanpeerNode[];
  start(): Promise<void>;
  /** Resolves when each of them is connected to all others, of other processes too. */
  whole(): Promise<void>;
  /** Ends of open connections. */
  ends(): number;
  stop(): Promise<void>;
}

export function createMesh({ nodes: count, total, networkKey, address }: MeshOptions): Mesh {
  const nodes = Array.from({ length: count }, (_, at) =>
    createNode({ name: `node ${at} at ${address}`, access: { networkKey }, interfaces: [address] }),
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
    async stop() {
      await Promise.all(nodes.map((node) => node.stop()));
    },
  };
}
