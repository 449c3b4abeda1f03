// The first program of a user who installed the package. Runs in a project of its own, see programs.ts.
import { createNode, LanpeerError, makeNetworkKey, ofType } from 'lanpeer';
import { ephemeralIdentity, systemClock } from 'lanpeer/adapters';
import { connectionMachine, nodeMachine } from 'lanpeer/machines';
import { guarded } from 'lanpeer/streams';
import { createMemoryTransportNetwork, createVirtualClock, transportCompliance } from 'lanpeer/testing';
import { filter, firstValueFrom, from, map, switchMap, timeout } from 'rxjs';

interface Messages {
  hello: { text: string };
}

const networkKey = makeNetworkKey();
const make = (name: string) =>
  createNode<Messages>({ name, access: { networkKey }, interfaces: ['127.0.0.1'], discovery: false });
const [desk, shelf] = [make('desk'), make('shelf')];
await Promise.all([desk.start(), shelf.start()]);

const heard = new Promise<string>((resolve) => {
  guarded(shelf.messages$, () => undefined)
    .pipe(ofType('hello'))
    .subscribe(({ data }) => resolve(data.text));
});
// Operators of the rxjs that this project has installed, on streams of the one inside the package.
const met = firstValueFrom(
  desk.peers$.pipe(
    switchMap((peers) => from(peers.keys())),
    filter((id) => id === shelf.id),
    map((id) => `met ${id.length}`),
    timeout(10_000),
  ),
);
const peer = await desk.connect({ address: '127.0.0.1', port: shelf.port, id: shelf.id });
const { delivered } = await desk.send(peer.id, 'hello', { text: 'Hi' });
const text = await heard;
const fate = await delivered;
const refused = await desk.send(desk.id, 'hello', { text: 'me' }).catch((error: unknown) => error);

// The page of the inspector, and what it loads: files of this package and of lit-html.
const link = await desk.inspect();
const page = await fetch(link);
const cookie = page.headers.get('set-cookie')?.split(';')[0] ?? '';
const files = ['/page/main.js', '/model/reduce.js', '/lib/lit-html/lit-html.js', '/charts/connection.machine.svg'];
for (const file of files) {
  const { status } = await fetch(new URL(file, link), { headers: { cookie } });
  if (page.status !== 200 || status !== 200) throw new Error(`the inspector has no ${file}: ${page.status}, ${status}`);
}
await Promise.all([desk.stop(), shelf.stop()]);

for (const { run } of transportCompliance) {
  await run(() => {
    const network = createMemoryTransportNetwork({ clock: systemClock });
    return { offerer: network.transport('a'), answerer: network.transport('b'), remoteAddress: '127.0.0.1' };
  });
}
// Metrics need a package that is not installed here; nothing else does. TypeScript is not asked: it would miss it too.
const metrics: string = 'lanpeer/metrics';
const missing = await import(metrics).catch((error: unknown) => error);
if (!(missing instanceof Error && 'code' in missing && missing.code === 'ERR_MODULE_NOT_FOUND'))
  throw new Error('lanpeer/metrics was there without prom-client, or said something else', { cause: missing });
if (!missing.message.includes("'prom-client'")) throw new Error('another package is missing', { cause: missing });

const kinds = [await met, connectionMachine.id, nodeMachine.id, typeof ephemeralIdentity, createVirtualClock().pending];
if (text !== 'Hi' || fate !== 'delivered' || !(refused instanceof LanpeerError))
  throw new Error('the package does not work');
console.log(`installed from the tarball: ${text}, ${fate}, ${refused.code}, ${kinds.join(' ')}`);
