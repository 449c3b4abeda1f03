import { makeNetworkKey } from '../../src/index.ts';
import type { Via } from '../../src/protocol/via.ts';
import { createMesh } from './mesh.ts';

/** What a mesh of one process took. */
export interface MeshFigures {
  readonly nodes: number;
  readonly connections: number;
  /** From the start until each node was connected to all others. */
  readonly wholeSeconds: number;
  /** User and system time of the process until then, a connection. */
  readonly wholeCpuMs: number;
  /** Until all of them ran over WebRTC too, or until the limit. */
  readonly upgradedSeconds: number;
  readonly upgradedCpuMs: number;
  /** Connections that run over WebRTC in the end. */
  readonly upgraded: number;
  /** Connections that ended after they were open. */
  readonly lost: number;
  /** Connections that needed more than one attempt. */
  readonly retries: number;
}

const limitMs = 120_000;
const lookEveryMs = 100;

export async function measureMesh(
  nodes: number,
  transports: readonly string[] = ['webrtc', 'tls'],
): Promise<MeshFigures> {
  const mesh = createMesh({
    nodes,
    total: nodes,
    networkKey: makeNetworkKey(),
    address: '127.0.0.1',
    transports: transports as readonly Via[],
  });
  let retries = 0;
  let lost = 0;
  for (const node of mesh.nodes)
    node.connections$.subscribe(({ state, previous, attempt }) => {
      if (state === 'connected' && previous !== 'connected' && attempt > 1) retries += 1;
      if (previous === 'connected' && state !== 'connected') lost += 1;
    });
  const connections = (nodes * (nodes - 1)) / 2;
  const begun = performance.now();
  const cpu = process.cpuUsage();
  const since = (): { readonly seconds: number; readonly cpuMs: number } => {
    const { user, system } = process.cpuUsage(cpu);
    return { seconds: (performance.now() - begun) / 1_000, cpuMs: (user + system) / 1_000 / connections };
  };
  const complete = mesh.whole();
  await mesh.start();
  await complete;
  const whole = since();
  const upgrades = transports.includes('webrtc') ? connections : 0;
  while (mesh.upgraded() < upgrades && performance.now() - begun < limitMs)
    await new Promise((resolve) => setTimeout(resolve, lookEveryMs));
  const all = since();
  const upgraded = mesh.upgraded();
  const ended = lost;
  await mesh.stop();
  return {
    nodes,
    connections,
    wholeSeconds: whole.seconds,
    wholeCpuMs: whole.cpuMs,
    upgradedSeconds: all.seconds,
    upgradedCpuMs: all.cpuMs,
    upgraded,
    lost: ended,
    retries,
  };
}
