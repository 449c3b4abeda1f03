import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeNetworkKey } from '../../../src/index.ts';
import { type CliEvent, type CliProcess, startCli } from '../../../src/testing/cli-process.ts';
import type { Host } from './hosts.ts';

/** One process of `lanpeer run --json` on a host. */
export interface LabNode {
  readonly name: string;
  readonly id: string;
  /** TCP port of its signalling server. */
  readonly port: number;
  readonly cli: CliProcess;
  /** Everything it told of its connections. */
  readonly connections: readonly CliEvent[];
  /** Calls back at every event; returns what ends that. */
  on(listener: (event: CliEvent) => void): () => void;
}

/** Starts nodes of one network and ends them. */
export interface Fleet {
  /** A second start on a host is the same device again. */
  start(host: Host): Promise<LabNode>;
  end(): Promise<void>;
}

export function makeFleet(): Fleet {
  const directory = mkdtempSync(join(tmpdir(), 'lanpeer-lab-'));
  const keyFile = join(directory, 'key');
  writeFileSync(keyFile, makeNetworkKey(), { mode: 0o600 });
  const running = new Set<CliProcess>();
  const kill = (): void => {
    for (const cli of running) cli.kill('SIGKILL');
  };
  process.once('exit', kill);
  return {
    async start({ name, prefix }) {
      const listeners = new Set<(event: CliEvent) => void>();
      const connections: CliEvent[] = [];
      const onEvent = (event: CliEvent): void => {
        if (event.event === 'connection') connections.push(event);
        for (const listener of listeners) listener(event);
      };
      const state = join(directory, name);
      const args = ['run', '--json', '--state', state, '--key-file', keyFile, '--name', name];
      const cli = startCli(args, { prefix, onEvent });
      running.add(cli);
      const ready = await cli.waitFor('ready', ({ event }) => event === 'ready');
      return {
        name,
        id: String(ready['id']),
        port: Number(ready['port']),
        cli,
        connections,
        on(listener) {
          listeners.add(listener);
          return () => void listeners.delete(listener);
        },
      };
    },
    async end() {
      process.off('exit', kill);
      kill();
      await Promise.all([...running].map((cli) => cli.exited));
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

/**
 * How many ms after `since` the node first told that its connection to the peer is in one of these states. Waits longer
 * than any test allows, so that a failure comes with a figure.
 */
export function told(node: LabNode, peer: LabNode, states: readonly string[], since: number): Promise<number> {
  const found = (): number | undefined => {
    const fits = node.connections.find(
      ({ id, state, at }) => id === peer.id && states.includes(String(state)) && Number(at) >= since,
    );
    return fits && Math.round(Number(fits['at']) - since);
  };
  return new Promise((resolve, reject) => {
    const look = (): void => {
      const after = found();
      if (after === undefined) return;
      clearTimeout(timer);
      off();
      resolve(after);
    };
    const off = node.on(look);
    const timer = setTimeout(() => {
      off();
      const seen = node.connections.filter(({ at }) => Number(at) >= since - 5_000);
      reject(new Error(`${node.name} never was ${states.join(' or ')} to ${peer.name}: ${JSON.stringify(seen)}`));
    }, 45_000);
    look();
  });
}

/** When the last of them was connected to every other, in ms after `since`. */
export async function meshed(nodes: readonly LabNode[], since: number): Promise<number> {
  const pairs = nodes.flatMap((node) => nodes.filter((peer) => peer !== node).map((peer) => [node, peer] as const));
  return Math.max(...(await Promise.all(pairs.map(([node, peer]) => told(node, peer, ['connected'], since)))));
}
