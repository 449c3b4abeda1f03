// A node of the main thread, two in worker threads and two in forked processes; prints what each of them saw.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { filter, firstValueFrom } from 'rxjs';
import { makeNetworkKey } from '../../src/index.ts';
import { join, type MemberInput, type MemberSaw } from './member.ts';

const script = fileURLToPath(import.meta.url);

async function thread(): Promise<void> {
  const { saw } = await join(workerData as MemberInput);
  // It is terminated with its node running.
  parentPort?.postMessage(saw);
}

async function child(): Promise<void> {
  const { node, saw } = await join(JSON.parse(process.argv[2] ?? '') as MemberInput);
  process.send?.(saw);
  await once(process, 'message');
  await node.stop();
  process.disconnect();
}

async function parent(): Promise<void> {
  const networkKey = makeNetworkKey();
  const inputOf = (name: string): MemberInput => ({ name, networkKey, count: 5 });
  const threads = ['b', 'c'].map((name) => new Worker(script, { workerData: inputOf(name) }));
  const children = ['d', 'e'].map((name) => fork(script, [JSON.stringify(inputOf(name))]));
  const told = [...threads, ...children].map(async (one) => (await once(one, 'message'))[0] as MemberSaw);
  const { node, saw } = await join(inputOf('a'));
  const all = [saw, ...(await Promise.all(told))];
  await Promise.all(threads.map((one) => one.terminate()));
  const left = await firstValueFrom(node.peers$.pipe(filter(({ size }) => size === children.length)));
  const exited = children.map((one) => once(one, 'exit'));
  for (const one of children) one.send('stop');
  await Promise.all(exited);
  await node.stop();
  process.stdout.write(JSON.stringify({ all, left: [...left.values()].map(({ name }) => name).sort() }));
}

await (isMainThread ? (process.send ? child() : parent()) : thread());
