import { aiortcStack, startAiortc } from '../stacks/aiortc.ts';
import { callLimitMs, type Driver } from '../stacks/driver.ts';
import { startOther } from './rpc.ts';

/** A call of a driver in another process. */
export interface Call {
  readonly id: number;
  readonly method: keyof Driver;
  readonly args: readonly unknown[];
}

interface Result {
  readonly id: number;
  readonly value?: unknown;
  readonly error?: string;
}

export interface RunningDriver extends Driver {
  close(): void;
}

/** Starts the processes of a stack. What ends them, or lasts too long, rejects the call that was waiting. */
export function startDriver(name: string): RunningDriver {
  if (name === aiortcStack.name) return startAiortc();
  const { rpc, child } = startOther('peer.ts', [process.execPath, ...process.execArgv, '--expose-gc'], [name, 'near']);
  const waiting = new Map<number, PromiseWithResolvers<unknown>>();
  let calls = 0;
  let over: string | undefined;
  function end(why: string): void {
    over ??= why;
    for (const { reject } of waiting.values()) reject(new Error(over));
    waiting.clear();
    child.kill('SIGKILL');
  }
  child.once('exit', (code, signal) => end(`its process ended with ${code ?? signal}`));
  rpc.on('result', (value) => {
    const { id, error, value: result } = value as Result;
    const waiter = waiting.get(id);
    waiting.delete(id);
    if (error === undefined) waiter?.resolve(result);
    else waiter?.reject(new Error(error));
  });

  async function call<T>(method: keyof Driver, ...args: readonly unknown[]): Promise<T> {
    if (over !== undefined) throw new Error(over);
    calls += 1;
    const waiter = Promise.withResolvers<unknown>();
    waiting.set(calls, waiter);
    rpc.send('call', { id: calls, method, args } satisfies Call);
    const limit = setTimeout(() => end(`${method} took more than ${callLimitMs / 1_000} s`), callLimitMs);
    try {
      return (await waiter.promise) as T;
    } finally {
      clearTimeout(limit);
    }
  }

  return {
    connect: (...args) => call('connect', ...args),
    pings: (...args) => call('pings', ...args),
    flood: (...args) => call('flood', ...args),
    pingsBeside: (...args) => call('pingsBeside', ...args),
    hold: (...args) => call('hold', ...args),
    notice: () => call('notice'),
    close: () => end('it was closed'),
  };
}
