// LANPEER_KEY=... node main.js NAME    Enter raises the counter on all devices that run it
import { createNode } from 'lanpeer';
import { createCounter } from './counter.js';

const node = createNode({ name: process.argv[2] ?? 'counter', access: { networkKey: process.env.LANPEER_KEY } });
const counter = createCounter(node);
counter.watch((value) => console.log(value));
await node.start();
process.stdin.on('data', () => counter.raise());
process.once('SIGINT', () => void node.stop().then(() => process.exit()));
