// Prints which of the packages that a node loads when it starts are loaded, at each step of a program: a JSON line each.
import { registerHooks } from 'node:module';

const watched = ['werift', '@peculiar/x509', 'bonjour-service', 'ws'] as const;
const loaded = new Set<string>();
registerHooks({
  load(url, context, next) {
    for (const name of watched) if (url.includes(`/node_modules/${name}/`)) loaded.add(name);
    return next(url, context);
  },
});
const print = (step: string): void =>
  void process.stdout.write(`${JSON.stringify({ step, loaded: [...loaded].sort() })}\n`);

const { createNode, makeNetworkKey } = await import('../../src/index.ts');
print('imported');
const access = { networkKey: makeNetworkKey() };
const narrow = createNode({ access, interfaces: ['127.0.0.1'], discovery: false, transports: ['tls'] });
await narrow.start();
print('started over TLS, without discovery');
await narrow.stop();
const node = createNode({ access, interfaces: ['127.0.0.1'] });
print('made');
await node.start();
print('started');
await node.stop();
