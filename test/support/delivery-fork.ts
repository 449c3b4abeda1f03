import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const script = fileURLToPath(new URL('delivery-process.ts', import.meta.url));

export interface Report {
  readonly next: number;
  /** Messages that were not the next in order, or not as they were sent. */
  readonly wrong: number;
  /** Most RSS while messages came, and RSS now, in bytes. */
  readonly most: number;
  readonly rss: number;
}

/** A peer in a process of its own, which takes numbered messages, and sends some when it is asked to. */
export async function forkPeer(networkKey: string, name: string) {
  const child: ChildProcess = fork(script, [networkKey, name]);
  const { id, port } = await new Promise<{ id: string; port: number }>((resolve, reject) => {
    child.once('message', (message) => resolve(message as { id: string; port: number }));
    child.once('exit', (code) => reject(new Error(`the peer ended with ${code}`)));
  });
  return { child, id, port };
}
