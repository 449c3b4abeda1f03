import type { IdentityStore } from '../../src/adapters/identity/port.ts';
import type { ConnectionChange, LanpeerError, LanpeerNode } from '../../src/index.ts';
import { makeNetworkKey } from '../../src/index.ts';
import type { Incarnation } from '../../src/protocol/incarnation.ts';
import { createMemoryNetwork, createVirtualClock } from '../../src/testing/index.ts';
import { whenTestEnds } from './hooks.ts';

const networkKey = makeNetworkKey();
export const low = `${'a'.repeat(51)}a`;
export const high = `${'b'.repeat(51)}a`;
export const hex = (digit: string): string => digit.repeat(16);

/** A store that several nodes open: copies of one state directory on several devices. */
function storeOf(id: string, incarnation: Incarnation): IdentityStore {
  const identity = { id, incarnation, privateKeyPem: '', certificatePem: '', release: () => Promise.resolve() };
  return { open: () => Promise.resolve(identity) };
}

const stops: (() => Promise<void>)[] = [];
whenTestEnds(async () => {
  for (const stop of stops.splice(0)) await stop();
});

/** Nodes on one network, some with the same identity. */
export function setUpCopies() {
  const clock = createVirtualClock();
  const network = createMemoryNetwork({ clock });
  const lost = new Set<LanpeerNode>();
  /** Its host loses power: nothing of it ends any more. */
  function cutPower(node: LanpeerNode): void {
    network.kill(node, 'power');
    lost.add(node);
  }
  async function start(name: string, id: string, incarnation: Incarnation, options: { discovery?: boolean } = {}) {
    const node = network.createNode({ name, access: { networkKey }, identity: storeOf(id, incarnation), ...options });
    const changes: ConnectionChange[] = [];
    const errors: LanpeerError[] = [];
    let peers = 0;
    node.connections$.subscribe((change) => changes.push(change));
    node.errors$.subscribe((error) => errors.push(error));
    node.peers$.subscribe(({ size }) => {
      peers = size;
    });
    node.respond('who', () => name);
    stops.push(async () => {
      if (lost.has(node)) return;
      const stopped = node.stop();
      await clock.advanceAsync(10_000);
      await stopped;
    });
    await node.start();
    return {
      node,
      changes,
      codes: () => errors.map(({ code }) => code),
      errors,
      get peers() {
        return peers;
      },
    };
  }
  return { clock, network, start, cutPower };
}

type Setup = ReturnType<typeof setUpCopies>;

/** Which node answers for that id; a code if none does. */
export async function ask({ clock }: Setup, node: LanpeerNode, id: string): Promise<unknown> {
  const answer = node.request(id, 'who', null, { timeout: 1_000 }).catch(({ code }: LanpeerError) => code);
  await clock.advanceAsync(1_100);
  return await answer;
}
