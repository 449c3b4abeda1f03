import { execFileSync } from 'node:child_process';
import { networkInterfaces } from 'node:os';
import { createMesh, type MeshOptions } from './mesh.ts';

/** What one process has used up, and the ends of connections that it holds. */
export interface Figures {
  readonly cpuMs: number;
  readonly rssMb: number;
  readonly ends: number;
}

/** The nodes of one half of a mesh, in a network namespace of its own, behind one end of a virtual cable. */
export interface MeshWorker {
  start(): Promise<void>;
  whole(): Promise<void>;
  /** Nothing that the other half sends is taken any more. */
  cut(): void;
  heal(): void;
  figures(): Figures;
  stop(): Promise<void>;
}

const nft = (...args: readonly string[]): void => void execFileSync('nft', args);

export function createMeshWorker(cable: string, options: MeshOptions): MeshWorker {
  execFileSync('ip', ['link', 'set', 'lo', 'up']);
  execFileSync('ip', ['addr', 'add', `${options.address}/24`, 'dev', cable]);
  execFileSync('ip', ['link', 'set', cable, 'up']);
  nft('add', 'table', 'inet', 'mesh');
  nft('add', 'chain', 'inet', 'mesh', 'in', '{ type filter hook input priority 0; }');
  const mesh = createMesh(options);
  return {
    async start() {
      // An end of a cable is an interface of this machine only once the other end is up.
      while (!networkInterfaces()[cable]) await new Promise((resolve) => setTimeout(resolve, 10));
      await mesh.start();
    },
    whole: mesh.whole,
    // Of each half what comes in: what is dropped on its way out is an error to its sender.
    cut: () => nft('add', 'rule', 'inet', 'mesh', 'in', 'iifname', cable, 'drop'),
    heal: () => nft('flush', 'chain', 'inet', 'mesh', 'in'),
    figures() {
      const { user, system } = process.cpuUsage();
      return { cpuMs: (user + system) / 1_000, rssMb: process.memoryUsage().rss / 1e6, ends: mesh.ends() };
    },
    stop: mesh.stop,
  };
}
