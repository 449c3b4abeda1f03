import type { SoakNode } from './soak-node.ts';

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/**
 * Does the next fault that chance chooses; resolves with what it was, when it is over. The first node is never ended:
 * what it holds after hours is what the soak is about.
 */
export async function nextFault(nodes: readonly SoakNode[], random: () => number): Promise<string> {
  const pick = <Value>(list: readonly Value[]): Value => list[Math.floor(random() * list.length)] as Value;
  const kind = pick(['kill', 'freeze', 'disconnect', 'stop'] as const);
  if (kind === 'kill' || kind === 'stop') {
    const node = pick(nodes.slice(1));
    await node[kind]();
    await node.start();
    return `${kind} ${node.name}`;
  }
  const node = pick(nodes);
  if (kind === 'freeze') {
    const ms = 3_000 + random() * 9_000;
    node.frozen = true;
    node.signal('SIGSTOP');
    await pause(ms);
    node.signal('SIGCONT');
    node.frozen = false;
    return `freeze ${node.name} for ${(ms / 1_000).toFixed(1)} s`;
  }
  const { id, name, port } = pick(nodes.filter((other) => other !== node));
  await node.command({ do: 'disconnect', id });
  const answer = await node.command({ do: 'connect', address: '127.0.0.1', port, id });
  return `disconnect ${node.name} from ${name}${answer?.['ok'] === true ? '' : `, connect: ${String(answer?.['code'])}`}`;
}
