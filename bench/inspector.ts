// What an open inspector costs: messages from one process to another, from a node without a page and from one whose page
// is open (in a third process), by turns.
//   node bench/inspector.ts [--generations 4] [--rounds 6]
import { createNode, makeNetworkKey, type NodeOptions } from '../src/index.ts';
import { lanpeerImplementation } from './support/lanpeer-implementation.ts';
import { startOther } from './support/rpc.ts';
import { numberOption } from './support/statistics.ts';
import { createTable } from './support/table.ts';

const generations = numberOption('generations', 4);
const rounds = numberOption('rounds', 6);
const { rpc, child } = startOther('messages-other.ts');
const networkKey = makeNetworkKey();
rpc.send('key', networkKey);
const { id, port } = (await rpc.next('ready')) as { readonly id: string; readonly port: number };

async function startNode(name: string, options: Partial<NodeOptions> = {}) {
  // By default the first messages would go over TLS.
  const transports = ['webrtc'] as const;
  const common = { access: { networkKey }, interfaces: ['127.0.0.1'], discovery: false, transports } as const;
  const node = createNode({ name, ...common, ...options });
  await node.start();
  await node.connect({ address: '127.0.0.1', port, id });
  return { node, implementation: lanpeerImplementation(name, node, id, rpc) };
}

async function openPage(link: string) {
  const page = startOther('inspector-page.ts');
  page.rpc.send('link', link);
  await page.rpc.next('open');
  return page;
}

const table = createTable();
let traceEvents = 0;

/** New nodes each time: how two of them fall together, as which side offers, moves the figures more than a page does. */
async function generation(): Promise<void> {
  const nodes = [
    await startNode('no page'),
    await startNode('page open', { inspector: true }),
    await startNode('page open, with messages', { inspector: { messages: true } }),
  ] as const;
  const pages = [await openPage(await nodes[1].node.inspect()), await openPage(await nodes[2].node.inspect())];
  const implementations = nodes.map(({ implementation }) => implementation);
  for (const one of implementations) await one.flood(100, 20_000);
  for (let round = 0; round < rounds; round += 1) {
    // Every order in its turn: what comes in the middle is not what comes last.
    const turned = [...implementations.slice(round % 3), ...implementations.slice(0, round % 3)];
    for (const one of round % 2 === 0 ? turned : turned.toReversed()) {
      table.add('100 B messages, 1/s', one.name, 100_000 / (await one.flood(100, 100_000)));
      table.add('16 KiB messages, MB/s', one.name, (16_000 * 2_000) / 1e6 / (await one.flood(16_000, 2_000)));
    }
  }
  for (const page of pages) {
    page.rpc.send('count');
    traceEvents += Number(await page.rpc.next('traceEvents'));
    page.rpc.send('stop');
  }
  await Promise.all(nodes.map(({ node }) => node.stop()));
}

for (let count = 0; count < generations; count += 1) await generation();
console.log(table.print('no page'));
console.log(`trace events that the pages received: ${traceEvents}`);
rpc.send('stop');
child.unref();
