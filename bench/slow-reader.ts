// A stream of 10 GB to a program that reads 1 MB a second: what either side holds meanwhile, beside what it held before. It
// fails where that is more than 32 MiB.
//   npm run bench:slow-reader -- [--minutes 10]
import { createNode } from '../src/index.ts';
import { parent, startOther } from './support/rpc.ts';
import { numberOption } from './support/statistics.ts';

const perSecond = 1_000_000;
const total = 10_000_000_000;
const mostBytes = 32 * 1_048_576;
const settleMs = 3_000;
const local = { interfaces: ['127.0.0.1'], discovery: false, access: 'open' } as const;
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Growth of the resident set, looked at every half second. */
function watchMemory(): () => number {
  const before = process.memoryUsage.rss();
  let most = before;
  setInterval(() => {
    most = Math.max(most, process.memoryUsage.rss());
  }, 500).unref();
  return () => most - before;
}

async function read(): Promise<void> {
  const starter = parent();
  const node = createNode(local);
  node.acceptStream('film', async ({ readable }) => {
    const begun = performance.now();
    const growth = watchMemory();
    starter.on('growth', () => starter.send('growth', growth()));
    let bytes = 0;
    for await (const part of readable) {
      bytes += part.byteLength;
      await pause(Math.max(0, begun + (1_000 * bytes) / perSecond - performance.now()));
    }
  });
  await node.start();
  starter.send('port', node.port);
}

async function write(): Promise<void> {
  const minutes = numberOption('minutes', 10);
  const { rpc, child } = startOther('slow-reader.ts', undefined, ['read']);
  const node = createNode(local);
  await node.start();
  const peer = await node.connect({ address: '127.0.0.1', port: Number(await rpc.next('port')) });
  // WebRTC is brought up beside it.
  await pause(settleMs);
  const stream = await node.openStream(peer.id, 'film');
  const growth = watchMemory();
  const writer = stream.writable.getWriter();
  const chunk = new Uint8Array(1_000_000);
  void (async () => {
    for (let written = 0; written < total; written += chunk.byteLength) await writer.write(chunk);
  })().catch(() => undefined);
  await pause(minutes * 60_000);
  rpc.send('growth');
  const mib = (bytes: number): string => (bytes / 1_048_576).toFixed(1);
  const far = Number(await rpc.next('growth'));
  const { written, read: readBytes } = stream.sent;
  console.log(
    `${minutes} min: ${mib(written)} MiB written, ${mib(readBytes)} read; the writer grew by ${mib(growth())} MiB, the reader by ${mib(far)}`,
  );
  process.exitCode = Math.max(growth(), far) <= mostBytes && readBytes > 0 ? 0 : 1;
  child.kill();
  await node.stop();
}

await (process.argv[2] === 'read' ? read() : write());
