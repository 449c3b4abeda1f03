// Two processes send each other numbered messages while the network between them is cut again and again. Prints what came
// of it as JSON. Runs in a network namespace of its own.
import { execFileSync } from 'node:child_process';
import { filter, firstValueFrom, ReplaySubject } from 'rxjs';
import { type ConnectionChange, createNode, makeNetworkKey } from '../../../src/index.ts';
import { forkPeer, type Report } from '../../support/delivery-fork.ts';

const least = 100_000;
const shortCuts = 100;
const longCuts = 3;

const nft = (...args: readonly string[]): void => void execFileSync('nft', args);
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

nft('add', 'chain', 'inet', 'lab', 'in', '{ type filter hook input priority 0; }');

/** Nothing of these protocols passes until that is over. */
async function cut(what: readonly string[], until: Promise<unknown>): Promise<void> {
  for (const protocol of what) nft('add', 'rule', 'inet', 'lab', 'in', 'meta', 'l4proto', protocol, 'drop');
  await until;
  nft('flush', 'chain', 'inet', 'lab', 'in');
}

const networkKey = makeNetworkKey();
const node = createNode({ name: 'here', access: { networkKey }, interfaces: ['127.0.0.1'], discovery: false });
const { child, id, port } = await forkPeer(networkKey, 'there');
let next = 0;
let wrong = 0;
let links = 0;
let lost = 0;
node.handle('n', ({ data }) => {
  const { n } = data as { readonly n: number };
  if (n !== next) wrong += 1;
  next = n + 1;
});
const current$ = new ReplaySubject<ConnectionChange>(1);
node.connections$.subscribe(current$);
node.connections$.subscribe(({ state }) => {
  if (state === 'connected') links += 1;
});
node.sessions$.subscribe(({ change }) => {
  if (change === 'ended' || change === 'gap') lost += 1;
});
/** The connection is as wanted, or comes to it. */
const reached = (wanted: (change: ConnectionChange) => boolean): Promise<unknown> =>
  firstValueFrom(current$.pipe(filter(wanted)));
const isOverWebrtc = ({ via }: ConnectionChange): boolean => via === 'webrtc';

await node.start();
await node.connect({ address: '127.0.0.1', port, id });
await reached(isOverWebrtc);

const theirs = node.request(id, 'send', least, { timeout: 240_000 });
let going = true;
const ours = (async () => {
  const fates: Promise<string>[] = [];
  for (let n = 0; going || n < least; n += 1) {
    fates.push((await node.send(id, 'n', { n })).delivered);
    // The cuts are to fall into the middle of it.
    if (n % 50 === 0) await pause(1);
  }
  return { sent: fates.length, fates: [...new Set(await Promise.all(fates))] };
})();

for (let at = 0; at < shortCuts; at += 1) {
  await cut(['udp'], pause(20 + Math.random() * 180));
  await pause(50 + Math.random() * 100);
}
for (let at = 0; at < longCuts; at += 1) {
  // Until the link is given up: the session goes on over TCP and takes its place, or is cut off as well.
  await reached(isOverWebrtc);
  await cut(
    ['udp'],
    reached(({ reason }) => reason === 'fallback'),
  );
  await reached(isOverWebrtc);
  await cut(
    ['udp', 'tcp'],
    reached(({ state }) => state === 'failed'),
  );
}
await reached(isOverWebrtc);
going = false;
const { sent, fates } = await ours;
const back = await theirs;
const report = (await node.request(id, 'report', null, { timeout: 60_000 })) as Report;
const here = { next, wrong };
process.stdout.write(`${JSON.stringify({ sent, fates, back, there: report, here, links, lost, least })}\n`);
child.kill('SIGKILL');
await node.stop();
