// Two nodes in one program; on two machines each of them is a program of its own, and nothing else changes.
//   node examples/hello.ts
import { createNode, makeNetworkKey, ofType } from '../src/index.ts';

interface Messages {
  hello: { text: string };
  sum: (data: { a: number; b: number }) => number;
}

const access = { networkKey: makeNetworkKey() }; // the same on every device: `lanpeer key` makes one
const desk = createNode<Messages>({ name: 'desk', access, interfaces: ['127.0.0.1'] });
const shelf = createNode<Messages>({ name: 'shelf', access, interfaces: ['127.0.0.1'] });

shelf.handle('hello', ({ senderId, data }) => console.log(`shelf: ${senderId.slice(0, 8)} says ${data.text}`));
shelf.respond('sum', ({ data }) => data.a + data.b);
shelf.messages$
  .pipe(ofType('hello'))
  .subscribe(({ timestamp }) => console.log(`shelf: sent at ${new Date(timestamp).toISOString()}`));
desk.connections$.subscribe(({ state, reason, via }) =>
  console.log(`desk: ${state}${via ? ` over ${via}` : ''}, ${reason}`),
);

await Promise.all([desk.start(), shelf.start()]);
await new Promise<void>((resolve) => {
  desk.peers$.subscribe((peers) => {
    if (peers.has(shelf.id)) resolve();
  });
});

const receipt = await desk.send(shelf.id, 'hello', { text: 'Hi' });
console.log(`desk: ${await receipt.delivered}`);
console.log(`desk: 1 + 2 = ${await desk.request(shelf.id, 'sum', { a: 1, b: 2 })}`);
await Promise.all([desk.stop(), shelf.stop()]);
