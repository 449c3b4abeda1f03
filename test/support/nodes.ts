import { filter, firstValueFrom, mergeMap, timeout } from 'rxjs';
import {
  type ConnectionChange,
  createNode,
  type LanpeerNode,
  makeNetworkKey,
  type NodeOptions,
  type Peer,
} from '../../src/index.ts';
import { whenTestEnds } from './hooks.ts';

const made = new Set<Pick<LanpeerNode, 'stop'>>();

whenTestEnds(async () => {
  await Promise.all([...made].map((node) => node.stop()));
  made.clear();
});

/** A node on loopback, stopped after the test. */
export function makeNode(options: Partial<NodeOptions> = {}): LanpeerNode {
  const node = createNode({
    access: { networkKey: makeNetworkKey() },
    interfaces: ['127.0.0.1'],
    discovery: false,
    ...options,
  });
  made.add(node);
  return node;
}

/** Nodes that the test made itself. */
export function stopAfterTest(...nodes: readonly Pick<LanpeerNode, 'stop'>[]): void {
  for (const node of nodes) made.add(node);
}

/** Running nodes of one network; without discovery unless the options say otherwise. */
export async function startNodes<Count extends number>(
  count: Count,
  options: Partial<NodeOptions> = {},
): Promise<LanpeerNode[] & { readonly length: Count }> {
  const access = { networkKey: makeNetworkKey() };
  const nodes = Array.from({ length: count }, (_, at) => makeNode({ name: `node ${at}`, access, ...options }));
  await Promise.all(nodes.map((node) => node.start()));
  return nodes as LanpeerNode[] & { readonly length: Count };
}

/** The two nodes, the one with the lower id first. */
export async function startPair(
  options: Partial<NodeOptions> = {},
): Promise<{ lower: LanpeerNode; higher: LanpeerNode }> {
  const [one, other] = await startNodes(2, options);
  if (!one || !other) throw new Error('two nodes were asked for');
  return one.id < other.id ? { lower: one, higher: other } : { lower: other, higher: one };
}

const limitMs = 20_000;

export const addressOf = (node: LanpeerNode) => ({ address: '127.0.0.1', port: node.port, id: node.id });

/** Connects the first to the second; resolves when both know it. */
export async function connect(one: LanpeerNode, other: LanpeerNode): Promise<void> {
  const there = hasPeer(other, one.id);
  await one.connect(addressOf(other));
  await there;
}

/** Resolves when it has that peer, and the peer fits. */
export async function hasPeer(
  node: LanpeerNode,
  id: string,
  fits: (peer: Peer) => boolean = () => true,
  withinMs = limitMs,
): Promise<Peer> {
  return firstValueFrom(
    node.peers$.pipe(
      mergeMap((peers) => {
        const peer = peers.get(id);
        return peer && fits(peer) ? [peer] : [];
      }),
      timeout(withinMs),
    ),
  );
}

/** Resolves when WebRTC carries the connection, which opens over TLS; from then on it goes on undisturbed. */
export const isUpgraded = (node: LanpeerNode, id: string, withinMs = limitMs): Promise<Peer> =>
  hasPeer(node, id, ({ via }) => via === 'webrtc', withinMs);

/** The next change that fits. */
export function nextChange(node: LanpeerNode, fits: (change: ConnectionChange) => boolean): Promise<ConnectionChange> {
  return firstValueFrom(node.connections$.pipe(filter(fits), timeout(limitMs)));
}

/** Every change from now on. */
export function recordChanges(node: LanpeerNode): ConnectionChange[] {
  const changes: ConnectionChange[] = [];
  node.connections$.subscribe((change) => changes.push(change));
  return changes;
}
