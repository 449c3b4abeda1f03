import { filter, firstValueFrom } from 'rxjs';
import { createNode, type LanpeerNode } from '../../src/index.ts';

/** What one of several nodes on this machine is told. */
export interface MemberInput {
  readonly name: string;
  readonly networkKey: string;
  /** Nodes in all. */
  readonly count: number;
}

/** What it saw when it had met all the others and asked each of them for its name. */
export interface MemberSaw {
  readonly name: string;
  readonly port: number;
  readonly answers: readonly string[];
  readonly via: readonly string[];
  readonly errors: readonly string[];
}

/** Starts a node by mDNS on loopback; resolves when it has met all the others. Links go over WebRTC only. */
export async function join({ name, networkKey, count }: MemberInput): Promise<{ node: LanpeerNode; saw: MemberSaw }> {
  const node = createNode({ name, access: { networkKey }, interfaces: ['127.0.0.1'], transports: ['webrtc'] });
  const errors: string[] = [];
  node.errors$.subscribe(({ code, message }) => errors.push(`${code} ${message}`));
  node.respond('name', () => name);
  const met = firstValueFrom(node.peers$.pipe(filter(({ size }) => size === count - 1)));
  await node.start();
  const peers = [...(await met).values()];
  const answers = await Promise.all(peers.map(({ id }) => node.request(id, 'name', null)));
  const via = peers.map((peer) => peer.via);
  return { node, saw: { name, port: node.port, answers: answers.map(String).sort(), via, errors } };
}
