import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { whenTestEnds } from './hooks.ts';

const script = fileURLToPath(new URL('identity-process.ts', import.meta.url));
const children = new Set<ChildProcess>();

whenTestEnds(() => {
  for (const child of children) child.kill('SIGKILL');
  children.clear();
});

/** A process that can hold the identity in a directory. */
export interface IdentityFork {
  /** The pid that it has here. */
  readonly pid: number;
  /** Sends a command of identity-process.ts; resolves with what it says. */
  tell(command: string): Promise<string>;
  /** `open` with the id and the counter, or the code of the error and its message. */
  open(): Promise<string>;
  /** Sends a command that ends it. */
  end(command: string): Promise<void>;
  kill(): Promise<void>;
}

/** @param around The command that starts it, such as `unshare` with its options. */
export async function forkIdentityProcess(directory: string, around: readonly string[] = []): Promise<IdentityFork> {
  const [command = '', ...args] = [...around, process.execPath, '--expose-gc', script, directory];
  const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'ignore'] });
  children.add(child);
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const line = async (): Promise<string> => String((await lines.next()).value);
  const tell = (word: string): Promise<string> => {
    child.stdin.write(`${word}\n`);
    return line();
  };
  await line();
  return {
    pid: child.pid ?? 0,
    tell,
    open: () => tell('open'),
    async end(word) {
      const ended = once(child, 'exit');
      child.stdin.write(`${word}\n`);
      await ended;
    },
    async kill() {
      const ended = once(child, 'exit');
      child.kill('SIGKILL');
      await ended;
    },
  };
}
