import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeNetworkKey } from '../../../src/index.ts';
import { type CliEvent, type CliProcess, startCli } from '../../../src/testing/cli-process.ts';
import { atExit } from './at-exit.ts';
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
  /** Of these nodes alone. */
  readonly directory: string;
  /** With the network key of all of them. */
  readonly keyFile: string;
  /** A second start on a host is the same device again. */
  start(host: Host, more?: readonly string[]): Promise<LabNode>;
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
  const forget = atExit(kill);
  return {
    directory,
    keyFile,
    async start({ name, prefix }, more = []) {
      const listeners = new Set<(event: CliEvent) => void>();
      const connections: CliEvent[] = [];
      const onEvent = (event: CliEvent): void => {
        if (event.event === 'connection') connections.push(event);
        for (const listener of listeners) listener(event);
      };
      const state = join(directory, name);
      const args = ['run', '--json', '--state', state, '--key-file', keyFile, '--name', name, ...more];
      const cli = startCli(args, { prefix, onEvent });
      running.add(cli);
      // Many processes start at once on what may be two cores.
      const ready = await cli.waitFor('ready', ({ event }) => event === 'ready', { timeMs: 30_000 });
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
      forget();
      kill();
      await Promise.all([...running].map((cli) => cli.exited));
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

/**
 * How many ms after `since` the node first told a transition of its connection to the peer that fits. Waits longer than
 * any test allows, so that a failure comes with a figure.
 */
export function toldOf(
  node: LabNode,
  peer: LabNode,
  what: string,
  fits: (event: CliEvent) => boolean,
  since: number,
): Promise<number> {
  const found = (): number | undefined => {
    const event = node.connections.find((one) => one['id'] === peer.id && Number(one['at']) >= since && fits(one));
    return event && Math.round(Number(event['at']) - since);
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
      reject(new Error(`${node.name} never was ${what} to ${peer.name}: ${JSON.stringify(seen)}`));
    }, 45_000);
    look();
  });
}

/** When the node first told, from `since` on, that its connection to the peer is in one of these states. */
export const told = (node: LabNode, peer: LabNode, states: readonly string[], since: number): Promise<number> =>
  toldOf(node, peer, states.join(' or '), ({ state }) => states.includes(String(state)), since);

async function last(
  nodes: readonly LabNode[],
  when: (node: LabNode, peer: LabNode) => Promise<number>,
): Promise<number> {
  const pairs = nodes.flatMap((node) => nodes.filter((peer) => peer !== node).map((peer) => [node, peer] as const));
  return Math.max(...(await Promise.all(pairs.map(([node, peer]) => when(node, peer)))));
}

/** When the last of them was connected to every other, in ms after `since`. */
export const meshed = (nodes: readonly LabNode[], since: number): Promise<number> =>
  last(nodes, (node, peer) => told(node, peer, ['connected'], since));

/** When WebRTC carried the connections of all of them, in ms after `since`. */
export const upgraded = (nodes: readonly LabNode[], since: number): Promise<number> =>
  last(nodes, (node, peer) => toldOf(node, peer, 'over webrtc', ({ via }) => via === 'webrtc', since));
