import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** What is sent between the two processes of a benchmark. */
export interface Letter {
  readonly kind: string;
  readonly value?: unknown;
}

/** One end of the channel between two processes. */
export interface Post {
  send(kind: string, value?: unknown): void;
  /** The next letter of that kind, whether it has come already or not. */
  next(kind: string): Promise<unknown>;
  on(kind: string, listener: (value: unknown) => void): void;
}

function createPost(target: NodeJS.Process | ChildProcess): Post {
  const letters: Letter[] = [];
  const waiting = new Map<string, ((value: unknown) => void)[]>();
  const listeners = new Map<string, (value: unknown) => void>();
  target.on('message', (message: unknown) => {
    const letter = message as Letter;
    const listener = listeners.get(letter.kind);
    const waiter = waiting.get(letter.kind)?.shift();
    if (listener) listener(letter.value);
    else if (waiter) waiter(letter.value);
    else letters.push(letter);
  });
  return {
    send: (kind, value) => void target.send?.({ kind, value }),
    next(kind) {
      const at = letters.findIndex((letter) => letter.kind === kind);
      if (at >= 0) return Promise.resolve(letters.splice(at, 1)[0]?.value);
      return new Promise((resolve) => waiting.set(kind, [...(waiting.get(kind) ?? []), resolve]));
    },
    on(kind, listener) {
      listeners.set(kind, listener);
      // Letters that came before.
      for (const letter of letters.filter((one) => one.kind === kind)) {
        letters.splice(letters.indexOf(letter), 1);
        listener(letter.value);
      }
    },
  };
}

/** Starts the other process of a benchmark, a file beside this folder; by that command instead of by this Node. */
export function startOther(
  file: string,
  [execPath, ...execArgv]: readonly [string, ...string[]] = [process.execPath, ...process.execArgv],
): { readonly post: Post; readonly child: ChildProcess } {
  const child = fork(fileURLToPath(new URL(`../${file}`, import.meta.url)), {
    stdio: 'inherit',
    serialization: 'advanced',
    execPath,
    execArgv,
  });
  return { post: createPost(child), child };
}

/** In the other process: the channel to the one that started it. */
export const parent = (): Post => createPost(process);

/** Milliseconds on a clock that both processes share. */
export const sharedNow = (): number => performance.timeOrigin + performance.now();
