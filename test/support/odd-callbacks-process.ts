// Pairs of real nodes on loopback whose callbacks fail with every odd value; one line a value, and the process goes on.
import { createNode, makeNetworkKey, type NodeOptions } from '../../src/index.ts';
import { places } from './callbacks.ts';
import { oddThrown, waysToFail } from './odd-values.ts';

const access = { networkKey: makeNetworkKey() };
const ways = Object.values(waysToFail);

function start(name: string, options: Partial<NodeOptions> = {}) {
  const node = createNode({ name, access, interfaces: ['127.0.0.1'], discovery: false, ...options });
  return node.start().then(() => node);
}

const other = await start('other');

/** One pair, with everything that fails attached to it at once. */
async function attempt(value: () => unknown, no: number): Promise<string> {
  // Every place fails in every way in turn.
  let calls = no;
  const fail = (): unknown => {
    calls += 1;
    return ways[calls % ways.length]?.(value());
  };
  const options = Object.values(places).map((place) => place.options?.(fail));
  const node = await start('odd', Object.assign({}, ...options));
  for (const place of Object.values(places)) {
    try {
      place.attach?.(node, fail);
    } catch {
      // A second responder of one type.
    }
  }
  await other.connect({ address: '127.0.0.1', port: node.port, id: node.id });
  const odd = await other.send(node.id, 'odd', 1);
  await other.request(node.id, 'ask', 1).catch(() => undefined);
  const fates = [await odd.delivered];
  const heard = new Promise((resolve) => node.handle('well', ({ data }) => resolve(data)));
  fates.push(await (await other.send(node.id, 'well', no)).delivered);
  const back = await (await node.send(other.id, 'well', no)).delivered;
  const text = [...fates, back, (await heard) === no].join(' ');
  await node.stop();
  return text;
}

for (const [no, [name, value]] of Object.entries(oddThrown).entries())
  process.stdout.write(`${name}: ${await attempt(value, no)}\n`);
await other.stop();
process.stdout.write('the end\n');
