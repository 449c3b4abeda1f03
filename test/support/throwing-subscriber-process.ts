// Two nodes in memory, and a subscriber of a diagnostics channel that throws; with `handles` the process survives that.
import { subscribe } from 'node:diagnostics_channel';
import { diagnosticsChannels, makeNetworkKey } from '../../src/index.ts';
import { createMemoryNetwork } from '../../src/testing/index.ts';

const caught = new Set<string>();
if (process.argv[2] === 'handles')
  process.on('uncaughtException', (error) => {
    caught.add(error.message);
  });
subscribe(diagnosticsChannels.connection, () => {
  throw new Error('mine');
});
const network = createMemoryNetwork();
const access = { networkKey: makeNetworkKey() };
const [a, b] = ['a', 'b'].map((name) => network.createNode({ name, access, discovery: false }));
if (!a || !b) throw new Error('two nodes were asked for');
await Promise.all([a.start(), b.start()]);
await a.connect(network.addressOf(b));
const fate = await (await a.send(b.id, 'n', 1)).delivered;
process.stdout.write(`caught ${[...caught].join()}, connected, ${fate}\n`);
await Promise.all([a.stop(), b.stop()]);
