import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** A message between the two processes of a benchmark. */
export interface ProcessMessage {
  readonly kind: string;
  readonly value?: unknown;
}

/** One end of the channel between two processes. */
export interface Rpc {
  send(kind: string, value?: unknown): void;
  /** The next message of that kind, whether it has come already or not. */
  next(kind: string): Promise<unknown>;
  on(kind: string, listener: (value: unknown) => void): void;
}

function createRpc(target: NodeJS.Process | ChildProcess): Rpc {
  const messages: ProcessMessage[] = [];
  const waiting = new Map<string, ((value: unknown) => void)[]>();
  const listeners = new Map<string, (value: unknown) => void>();
  target.on('message', (received: unknown) => {
    const message = received as ProcessMessage;
    const listener = listeners.get(message.kind);
    const waiter = waiting.get(message.kind)?.shift();
    if (listener) listener(message.value);
    else if (waiter) waiter(message.value);
    else messages.push(message);
  });
  return {
    send: (kind, value) => void target.send?.({ kind, value }),
    next(kind) {
      const at = messages.findIndex((message) => message.kind === kind);
      if (at >= 0) return Promise.resolve(messages.splice(at, 1)[0]?.value);
      return new Promise((resolve) => waiting.set(kind, [...(waiting.get(kind) ?? []), resolve]));
    },
    on(kind, listener) {
      listeners.set(kind, listener);
      // Messages that came before.
      for (const message of messages.filter((one) => one.kind === kind)) {
        messages.splice(messages.indexOf(message), 1);
        listener(message.value);
      }
    },
  };
}

/** Another process of a benchmark. */
export interface OtherProcess {
  readonly rpc: Rpc;
  readonly child: ChildProcess;
}

/** Starts a file beside this folder as another process; by that command instead of by this Node. */
export function startOther(
  file: string,
  [execPath, ...execArgv]: readonly [string, ...string[]] = [process.execPath, ...process.execArgv],
  args: readonly string[] = [],
): OtherProcess {
  const child = fork(fileURLToPath(new URL(`../${file}`, import.meta.url)), args, {
    stdio: 'inherit',
    serialization: 'advanced',
    execPath,
    execArgv,
  });
  return { rpc: createRpc(child), child };
}

/** In the other process: the channel to the one that started it. */
export const parent = (): Rpc => createRpc(process);

/** Milliseconds on a clock that both processes share. */
export const sharedNow = (): number => performance.timeOrigin + performance.now();
