// A file over a byte stream, with the streams of Node: two nodes in one program, as in hello.ts.
//   node examples/file-stream.ts FILE DIRECTORY
import { createReadStream, createWriteStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Duplex } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createNode, makeNetworkKey } from '../src/index.ts';

const [file, directory] = process.argv.slice(2);
if (file === undefined || directory === undefined)
  throw new Error('Usage: node examples/file-stream.ts FILE DIRECTORY');

const access = { networkKey: makeNetworkKey() };
const desk = createNode({ name: 'desk', access, interfaces: ['127.0.0.1'] });
const shelf = createNode({ name: 'shelf', access, interfaces: ['127.0.0.1'] });

shelf.acceptStream('file', async (stream) => {
  // Never a name that came from outside. `wx`: a file that is there already stays.
  const target = join(directory, 'received');
  const bytes = Duplex.fromWeb(stream, { allowHalfOpen: true });
  await pipeline(bytes, createWriteStream(target, { flags: 'wx' }));
  console.log(`shelf: ${stream.received.read} bytes in ${target}`);
  // The other direction: its end says that the file is written.
  bytes.end();
});

await Promise.all([desk.start(), shelf.start()]);
await new Promise<void>((resolve) => {
  desk.peers$.subscribe((peers) => {
    if (peers.has(shelf.id)) resolve();
  });
});

const { size } = await stat(file);
const stream = await desk.openStream(shelf.id, 'file', { data: { size } });
await pipeline(createReadStream(file), Duplex.fromWeb(stream), async (answer: AsyncIterable<unknown>) => {
  for await (const _ of answer);
});
await stream.closed;
console.log(`desk: the other program has read ${stream.sent.read} of ${size} bytes`);
await Promise.all([desk.stop(), shelf.stop()]);
