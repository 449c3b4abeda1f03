// What somebody who installed the package writes first. Runs in a project of its own, see check-package.ts.
import { createNode, LanpeerError, makeNetworkKey, ofType } from 'lanpeer';
import { ephemeralIdentity } from 'lanpeer/adapters';
import { connectionMachine, nodeMachine } from 'lanpeer/machines';
import { guarded } from 'lanpeer/streams';
import { createVirtualClock } from 'lanpeer/testing';

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
const peer = await desk.connect({ address: '127.0.0.1', port: shelf.port, id: shelf.id });
const { delivered } = await desk.send(peer.id, 'hello', { text: 'Hi' });
const text = await heard;
const fate = await delivered;
const refused = await desk.send(desk.id, 'hello', { text: 'me' }).catch((error: unknown) => error);
await Promise.all([desk.stop(), shelf.stop()]);

const kinds = [connectionMachine.id, nodeMachine.id, typeof ephemeralIdentity, createVirtualClock().pending];
if (text !== 'Hi' || fate !== 'delivered' || !(refused instanceof LanpeerError))
  throw new Error('the package does not work');
console.log(`installed from the tarball: ${text}, ${fate}, ${refused.code}, ${kinds.join(' ')}`);
