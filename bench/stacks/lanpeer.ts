import { filter, firstValueFrom } from 'rxjs';
import { createNode, type LanpeerNode, makeNetworkKey, type NodeOptions } from '../../src/index.ts';
import { type Rpc, sharedNow, startOther } from '../support/rpc.ts';
import type { Counter, Link, NearEnd, Stack } from './stack.ts';

export interface LanpeerStackOptions {
  readonly name: string;
  readonly base?: string;
  readonly abilities: Stack['abilities'];
  readonly transports?: NonNullable<NodeOptions['transports']>;
  readonly inspector?: NonNullable<NodeOptions['inspector']>;
  /** How messages are sent, beside `await`. */
  readonly send?: object;
  /** Bytes go over so many byte streams in turn, in the place of messages. */
  readonly streams?: number;
}

interface Target {
  readonly id: string;
  readonly port: number;
}

const local = { interfaces: ['127.0.0.1'], discovery: false } as const;

/** What an idle connection is like is known once WebRTC has taken over, where it is meant to. */
const upgraded = (node: LanpeerNode, id: string, transports: readonly string[] | undefined): Promise<unknown> =>
  transports?.includes('webrtc') === false
    ? Promise.resolve()
    : firstValueFrom(node.peers$.pipe(filter((peers) => peers.get(id)?.via === 'webrtc')));

/** Writes as a program does that minds the back-pressure. */
async function streamSender(node: LanpeerNode, to: string, count: number): Promise<Link['sender']> {
  const streams = await Promise.all(Array.from({ length: count }, () => node.openStream(to, 'flood')));
  const writers = streams.map(({ writable }) => writable.getWriter());
  let turn = 0;
  return (bytes) => {
    const chunk = new Uint8Array(bytes);
    return () => {
      const writer = writers[turn % count];
      turn += 1;
      void writer?.write(chunk);
      return (writer?.desiredSize ?? 0) > 0 ? undefined : writer?.ready;
    };
  };
}

function linkOf(node: LanpeerNode, to: string, options: object): Link {
  const text = 'x'.repeat(100);
  return {
    sender(bytes) {
      // Text where it is small, as programs send it; bytes where it is not.
      const data = bytes <= 1_024 ? 'x'.repeat(bytes) : new Uint8Array(bytes);
      return () => node.send(to, 'flood', data, options);
    },
    ping: () => node.request(to, 'echo', text),
    gone: firstValueFrom(node.connections$.pipe(filter(({ state }) => state === 'failed'))),
  };
}

/** The page of an inspector, in a process of its own, that follows this node. */
async function openPage(node: LanpeerNode): Promise<void> {
  const page = startOther('inspector-page.ts');
  page.rpc.send('link', await node.inspect());
  await page.rpc.next('open');
}

async function near(rpc: Rpc, { transports, inspector, send = {}, streams }: LanpeerStackOptions): Promise<NearEnd> {
  const networkKey = makeNetworkKey();
  rpc.send('key', networkKey);
  const { id, port } = (await rpc.next('ready')) as Target;
  const node = createNode({
    name: 'near',
    access: { networkKey },
    maxPeers: 256,
    ...local,
    ...(transports && { transports }),
    ...(inspector && { inspector }),
  });
  await node.start();
  if (inspector) await openPage(node);
  return {
    async connect() {
      const begun = sharedNow();
      const here = firstValueFrom(node.connections$.pipe(filter(({ state }) => state === 'connected'))).then(sharedNow);
      // A first attempt that fails is no end: the machine goes on, and so does the clock here.
      node.connect({ address: '127.0.0.1', port, id }).catch(() => undefined);
      const opened = Math.max(await here, Number(await rpc.next('connected')));
      const closed = rpc.next('closed');
      await node.disconnect(id);
      await closed;
      return opened - begun;
    },
    async open() {
      await node.connect({ address: '127.0.0.1', port, id });
      await upgraded(node, id, transports);
      const link = linkOf(node, id, send);
      return streams === undefined ? link : { ...link, sender: await streamSender(node, id, streams) };
    },
    async hold(count) {
      rpc.send('hold', { count, id: node.id, port: node.port, transports });
      await rpc.next('held');
    },
  };
}

async function far(rpc: Rpc, counter: Counter): Promise<void> {
  const networkKey = String(await rpc.next('key'));
  const access = { networkKey };
  const node = createNode({ name: 'far', access, ...local });
  node.respond('echo', ({ data }) => data);
  node.handle('flood', () => counter.message());
  node.acceptStream('flood', async ({ readable }) => {
    for await (const { byteLength } of readable) counter.bytes(byteLength);
  });
  node.connections$.subscribe(({ state, previous }) => {
    // An upgrade is another event of the same state.
    if (state !== previous && (state === 'connected' || state === 'closed')) rpc.send(state, sharedNow());
  });
  rpc.on('hold', (value) => {
    const { count, id, port, transports } = value as Target & { readonly count: number } & Pick<
        NodeOptions,
        'transports'
      >;
    void (async () => {
      const nodes = Array.from({ length: count }, () =>
        createNode({ access, ...local, ...(transports && { transports }) }),
      );
      for (const one of nodes) {
        await one.start();
        await one.connect({ address: '127.0.0.1', port, id });
      }
      await Promise.all(nodes.map((one) => upgraded(one, id, transports)));
      rpc.send('held');
    })();
  });
  await node.start();
  rpc.send('ready', { id: node.id, port: node.port });
}

/** lanpeer in the loop `for (…) await node.send(…)`. */
export function lanpeerStack(options: LanpeerStackOptions): Stack {
  const { name, base, abilities } = options;
  return { name, abilities, ...(base !== undefined && { base }), near: (rpc) => near(rpc, options), far };
}
