// Dial to connected on both sides, between two processes, beside plain werift in the same run.
//   node bench/connect.ts [--runs 500] [--raw 500] [--transport webrtc|tls]
import { createNode, makeNetworkKey } from '../src/index.ts';
import { knownTransports } from '../src/protocol/via.ts';
import { openRaw } from './support/raw.ts';
import { sharedNow, startOther } from './support/rpc.ts';
import { numberOption, percentile, stringOption, summary } from './support/statistics.ts';

const runs = numberOption('runs', 500);
const rawRuns = numberOption('raw', runs);
const only = stringOption('transport');
const transports = knownTransports.filter((via) => only === undefined || via === only);
const rawLimitMs = 10_000;
const networkKey = makeNetworkKey();
const { rpc, child } = startOther('connect-other.ts');
rpc.send('key', networkKey);
const other = (await rpc.next('ready')) as { readonly id: string; readonly port: number };
let authenticatedAt = 0;
const node = createNode({
  name: 'bench',
  access: { networkKey },
  interfaces: ['127.0.0.1'],
  discovery: false,
  transports,
  // The machines show when signalling was up: what comes after is the link.
  inspect(inspected) {
    if (inspected.type === '@xstate.event' && inspected.event.type === 'signalling.opened' && authenticatedAt === 0)
      authenticatedAt = sharedNow();
  },
});
await node.start();

const ours: number[] = [];
const linkTimes: number[] = [];
const raw: number[] = [];
let rawLost = 0;
let retries = 0;
node.connections$.subscribe(({ state, attempt }) => {
  if (state === 'connected' && attempt > 1) retries += 1;
});

for (let run = 0; run < Math.max(runs, rawRuns); run += 1) {
  if (run < runs) {
    const begun = sharedNow();
    authenticatedAt = 0;
    const here = new Promise<number>((resolve) => {
      const subscription = node.connections$.subscribe(({ state }) => {
        if (state !== 'connected') return;
        subscription.unsubscribe();
        resolve(sharedNow());
      });
    });
    // A first attempt that fails is no end: the machine goes on, and so does the clock here.
    node.connect({ address: '127.0.0.1', port: other.port, id: other.id }).catch(() => undefined);
    const opened = Math.max(await here, Number(await rpc.next('connected')));
    ours.push(opened - begun);
    linkTimes.push(opened - authenticatedAt);
    const closed = rpc.next('closed');
    await node.disconnect(other.id);
    await closed;
  }
  if (run < rawRuns) {
    rpc.send('raw');
    const begun = sharedNow();
    const opened = openRaw('offerer', rpc);
    const lost = new Promise<undefined>((resolve) => setTimeout(() => resolve(undefined), rawLimitMs).unref());
    const link = await Promise.race([opened, lost]);
    const there = link && (await Promise.race([rpc.next('raw open'), lost]));
    if (link && there !== undefined) raw.push(Math.max(sharedNow(), Number(there)) - begun);
    else rawLost += 1;
    rpc.send('raw close');
    if (!link || there === undefined) break;
    await link.close();
    await rpc.next('raw closed');
  }
}
console.log(summary('lanpeer, dial to connected', ours));
console.log(summary(`  of it the link (${transports.join(', ')})`, linkTimes));
console.log(`${' '.repeat(28)} attempts that needed a retry: ${retries}`);
if (raw.length > 0) {
  console.log(summary('plain werift, no signalling', raw));
  console.log(
    `${' '.repeat(28)} lost: ${rawLost}   p50 ratio lanpeer / plain: ${(percentile(ours, 50) / percentile(raw, 50)).toFixed(2)}`,
  );
}
rpc.send('stop');
await node.stop();
await new Promise((resolve) => child.once('exit', resolve));
process.exit(0);
