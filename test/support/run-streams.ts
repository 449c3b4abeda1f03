import type { Observable } from 'rxjs';
import { type LanpeerNode, makeNetworkKey } from '../../src/index.ts';
import { createMemoryNetwork } from '../../src/testing/index.ts';

export const access = { networkKey: makeNetworkKey() };
export const names = [
  'peers$',
  'devices$',
  'deviceEvents$',
  'messages$',
  'connections$',
  'sessions$',
  'transfers$',
  'errors$',
] as const;

/** Two nodes that are not started. */
export function createPair(): readonly [one: LanpeerNode, other: LanpeerNode] {
  const network = createMemoryNetwork();
  return [network.createNode({ name: 'one', access }), network.createNode({ name: 'other', access })];
}

/** Both run and know each other. */
export async function connectPair(one: LanpeerNode, other: LanpeerNode): Promise<void> {
  await Promise.all([one.start(), other.start()]);
  await Promise.all([one, other].map((node) => firstPeer(node)));
}

function firstPeer(node: LanpeerNode): Promise<void> {
  return new Promise((resolve) => {
    const subscription = node.peers$.subscribe((peers) => {
      if (peers.size === 0) return;
      queueMicrotask(() => subscription.unsubscribe());
      resolve();
    });
  });
}

/** What each stream tells from now on, in one list. */
export function listenTo(node: LanpeerNode): string[] {
  const told: string[] = [];
  const show: Record<(typeof names)[number], (value: never) => string> = {
    peers$: ({ size }: ReadonlyMap<string, unknown>) => `peers$ ${size}`,
    devices$: ({ size }: ReadonlyMap<string, unknown>) => `devices$ ${size}`,
    deviceEvents$: ({ change }: { change: string }) => `deviceEvents$ ${change}`,
    messages$: ({ type }: { type: string }) => `messages$ ${type}`,
    connections$: ({ state, reason }: { state: string; reason: string }) => `connections$ ${state} ${reason}`,
    sessions$: ({ change }: { change: string }) => `sessions$ ${change}`,
    transfers$: () => 'transfers$',
    errors$: ({ code }: { code: string }) => `errors$ ${code}`,
  };
  for (const name of names) {
    (node[name] as Observable<never>).subscribe({
      next: (value) => told.push(show[name](value)),
      complete: () => told.push(`${name} completes, ${node.state}`),
    });
  }
  return told;
}
