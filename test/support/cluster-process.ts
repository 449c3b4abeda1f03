// Four workers of node:cluster, each with a node, as `pm2 -i 4` runs one script; prints what each of them saw.
import cluster from 'node:cluster';
import { once } from 'node:events';
import { makeNetworkKey } from '../../src/index.ts';
import { join, type MemberInput, type MemberSaw } from './member.ts';

async function work(): Promise<void> {
  const { node, saw } = await join(JSON.parse(process.env['MEMBER'] ?? '') as MemberInput);
  process.send?.(saw);
  await once(process, 'message');
  await node.stop();
  cluster.worker?.disconnect();
}

async function supervise(): Promise<void> {
  const networkKey = makeNetworkKey();
  const names = ['a', 'b', 'c', 'd'];
  cluster.on('exit', (_, code) => {
    if (code !== 0) process.exit(1);
  });
  const workers = names.map((name) =>
    cluster.fork({ MEMBER: JSON.stringify({ name, networkKey, count: names.length } satisfies MemberInput) }),
  );
  const saw = await Promise.all(workers.map(async (worker) => (await once(worker, 'message'))[0] as MemberSaw));
  const exited = workers.map((worker) => once(worker, 'exit'));
  for (const worker of workers) worker.send('stop');
  await Promise.all(exited);
  process.stdout.write(JSON.stringify(saw));
}

await (cluster.isPrimary ? supervise() : work());
