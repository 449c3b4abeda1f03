import { filter, firstValueFrom } from 'rxjs';
import { type BroadcastResult, createNode, makeNetworkKey, type Receipt } from '../../src/index.ts';
import { type Rpc, startOther } from './rpc.ts';

/** How messages go to all peers: to one after the other, to the group that they are in, or to all at once. */
export type Way = 'send' | 'group' | 'broadcast';

interface FarTask {
  readonly networkKey: string;
  readonly peers: number;
  readonly target: { readonly address: string; readonly port: number; readonly id: string };
}

const local = { interfaces: ['127.0.0.1'], discovery: false, transports: ['tls'] } as const;
const group = 'members';
const text = 'x'.repeat(100);

/** The peers: each is in the group. */
export async function runGroupFar(rpc: Rpc): Promise<void> {
  const { networkKey, peers, target } = (await rpc.next('task')) as FarTask;
  for (let at = 0; at < peers; at += 1) {
    const node = createNode({ access: { networkKey }, ...local });
    await node.start();
    node.handle('text', () => undefined);
    node.join(group);
    await node.connect(target);
  }
}

const receiptsOf = (results: ReadonlyMap<string, BroadcastResult>): readonly Receipt[] =>
  [...results.values()].map((result) => {
    if (!result.ok) throw result.error;
    return result.receipt;
  });

/** The node that sends; it starts the process of the peers. */
export async function runGroupNear(rpc: Rpc, far: string): Promise<void> {
  const peers = Number(await rpc.next('peers'));
  const networkKey = makeNetworkKey();
  const node = createNode({ access: { networkKey }, maxPeers: peers + 1, ...local });
  await node.start();
  const members = node.join(group);
  const target = { address: '127.0.0.1', port: node.port, id: node.id };
  startOther(far, undefined, ['far']).rpc.send('task', { networkKey, peers, target } satisfies FarTask);
  await firstValueFrom(members.members$.pipe(filter(({ size }) => size === peers)));
  const ids = [...members.members.keys()];
  const ways: Record<Way, () => Promise<readonly Receipt[]>> = {
    send: () => Promise.all(ids.map((id) => node.send(id, 'text', text))),
    group: async () => receiptsOf(await members.send('text', text)),
    broadcast: async () => receiptsOf(await node.broadcast('text', text)),
  };
  rpc.on('send', (value) => {
    const { way, messages } = value as { readonly way: Way; readonly messages: number };
    void (async () => {
      const cpu = process.cpuUsage();
      let receipts: readonly Receipt[] = [];
      for (let sent = 0; sent < messages; sent += 1) receipts = await ways[way]();
      await Promise.all(receipts.map(({ delivered }) => delivered));
      const { user, system } = process.cpuUsage(cpu);
      rpc.send('took', user + system);
    })();
  });
  rpc.send('ready');
}
