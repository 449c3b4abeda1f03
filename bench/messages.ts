// Messages between two processes: lanpeer over WebRTC beside plain werift, over its TLS session beside plain ws, by
// turns. Small ones, bulk, round trips, round trips beside bulk.
//   node bench/messages.ts [--rounds 5] [--json FILE]
import { writeFileSync } from 'node:fs';
import { createNode, makeNetworkKey } from '../src/index.ts';
import { measureAiortc } from './support/aiortc.ts';
import type { Implementation } from './support/implementation.ts';
import { lanpeerImplementation } from './support/lanpeer-implementation.ts';
import { rawImplementation } from './support/raw-implementation.ts';
import { startOther } from './support/rpc.ts';
import { numberOption, percentile, stringOption } from './support/statistics.ts';
import { createTable } from './support/table.ts';
import { wsImplementation } from './support/ws-implementation.ts';

const rounds = numberOption('rounds', 5);
const { rpc, child } = startOther('messages-other.ts');
const networkKey = makeNetworkKey();
rpc.send('key', networkKey);
const { id, port } = (await rpc.next('ready')) as { readonly id: string; readonly port: number };
const node = createNode({
  name: 'bench',
  access: { networkKey },
  interfaces: ['127.0.0.1'],
  discovery: false,
  // By default the first messages would go over TLS.
  transports: ['webrtc'],
});
await node.start();
await node.connect({ address: '127.0.0.1', port, id });

const overTls = createNode({
  name: 'bench over tls',
  access: { networkKey },
  interfaces: ['127.0.0.1'],
  discovery: false,
  transports: ['tls'],
});
await overTls.start();
await overTls.connect({ address: '127.0.0.1', port, id });

const raw = await rawImplementation(rpc);
const ws = await wsImplementation(rpc);
const ours = lanpeerImplementation('lanpeer', node, id, rpc);
const volatile = lanpeerImplementation('lanpeer, volatile', node, id, rpc, { volatile: true });
const tls = lanpeerImplementation('lanpeer, tls', overTls, id, rpc);
const table = createTable();

/** By turns, in an order that turns as well: what the machine does meanwhile falls on all alike. */
async function compare(
  implementations: readonly Implementation[],
  measure: (one: Implementation) => Promise<readonly [row: string, value: number]>,
): Promise<void> {
  for (let round = 0; round < rounds; round += 1) {
    const order = round % 2 === 0 ? implementations : implementations.toReversed();
    for (const one of order) {
      const [row, value] = await measure(one);
      table.add(row, one.name, value);
    }
  }
}

const perSecond = (messages: number) => async (one: Implementation) => {
  // Plain werift carries some hundred a second: so many more would take minutes.
  const count = one === raw ? Math.ceil(messages / 100) : messages;
  return ['100 B messages, 1/s', count / (await one.flood(100, count))] as const;
};
const megabytes = (row: string, bytes: number, messages: number) => async (one: Implementation) => {
  // TCP would be through in a tenth of a second.
  const count = one === ws || one === tls ? messages * 10 : messages;
  return [row, (bytes * count) / 1e6 / (await one.flood(bytes, count))] as const;
};

async function pings(one: Implementation, count: number): Promise<readonly number[]> {
  const times: number[] = [];
  for (let n = 0; n < count; n += 1) times.push(await one.ping());
  return times;
}

for (const one of [raw, ours, volatile, ws, tls]) await one.flood(100, one === raw ? 50 : 20_000);
await compare([raw, ours, volatile, ws, tls], perSecond(100_000));
await compare([raw, ours, ws, tls], megabytes('16 KiB messages, MB/s', 16_000, 1_500));
await compare([raw, ours, ws, tls], megabytes('60 KiB messages, MB/s', 61_440, 400));
await compare([ours, tls], megabytes('one message of 100 MB, MB/s', 100_000_000, 1));
await compare([raw, ours, ws, tls], async (one) => {
  const times = await pings(one, 1_000);
  table.add('100 B there and back, p99 ms', one.name, percentile(times, 99));
  table.add('100 B there and back, worst ms', one.name, percentile(times, 100));
  return ['100 B there and back, p50 ms', percentile(times, 50)];
});
await compare([ours, tls], async (one) => {
  const times: number[] = [];
  let over = false;
  while (times.length < 1_000) {
    const flood = one.flood(100_000_000, 1).then(() => {
      over = true;
    });
    for (over = false; !over; ) times.push(await one.ping());
    await flood;
  }
  table.add('the same beside 100 MB, worst ms', one.name, percentile(times, 100));
  return ['the same beside 100 MB, p99 ms', percentile(times, 99)];
});
measureAiortc(table);

console.log(table.print('plain werift'));
const file = stringOption('json');
if (file !== undefined) writeFileSync(file, `${JSON.stringify({ rounds, rows: table.rows() }, null, 2)}\n`);
await raw.close();
await ws.close();
rpc.send('stop');
await Promise.all([node.stop(), overTls.stop()]);
child.disconnect();
