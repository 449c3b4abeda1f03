// LANPEER_KEY=... node main.js NAME    a line adds an entry; "done N" finishes the N-th
import { randomUUID } from 'node:crypto';
import { createInterface } from 'node:readline';
import { createNode } from 'lanpeer';
import { createTodo } from './todo.js';

const node = createNode({ name: process.argv[2] ?? 'todo', access: { networkKey: process.env.LANPEER_KEY } });
const todo = createTodo(node);
const show = () => console.table(todo.entries.map(({ text, done }) => ({ text, done })));
await node.start();
const lines = createInterface({ input: process.stdin });
lines.on('line', (line) => {
  const [, at] = /^done (\d+)$/.exec(line) ?? [];
  if (at === undefined) todo.add(randomUUID(), line);
  else if (todo.entries[at]) todo.finish(todo.entries[at].no);
  show();
});
process.once('SIGINT', () => void node.stop().then(() => process.exit()));
