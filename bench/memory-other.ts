// The process at the other end of bench/memory.ts: as many nodes and raw links as it is asked for.
import { filter, firstValueFrom } from 'rxjs';
import { createNode } from '../src/index.ts';
import { openRaw } from './support/raw.ts';
import { parent } from './support/rpc.ts';

interface Target {
  readonly networkKey: string;
  readonly port: number;
  readonly id: string;
}

const rpc = parent();
const { networkKey, port, id } = (await rpc.next('target')) as Target;
const kept: unknown[] = [];

async function connect(): Promise<void> {
  const node = createNode({ access: { networkKey }, interfaces: ['127.0.0.1'], discovery: false });
  kept.push(node);
  await node.start();
  await node.connect({ address: '127.0.0.1', port, id });
  // Over TLS first; what an idle connection costs is known when WebRTC has taken over.
  await firstValueFrom(node.peers$.pipe(filter((peers) => peers.get(id)?.via === 'webrtc')));
  rpc.send('open');
}

async function open(): Promise<void> {
  kept.push(await openRaw('answerer', rpc));
  rpc.send('open');
}

rpc.on('lanpeer', () => void connect());
rpc.on('raw', () => void open());
