import { type ChildProcess, type StdioOptions, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Readable } from 'node:stream';

/** Starts the built command with any standard streams; the caller ends it. */
export function spawnCli(
  args: readonly string[],
  stdio: StdioOptions = ['pipe', 'pipe', 'pipe'],
  node = process.execPath,
) {
  return spawn(node, ['dist/cli/main.js', ...args], { stdio });
}

/** Everything that a stream has until it ends. */
export async function textOf(stream: Readable | null): Promise<string> {
  const parts: Buffer[] = [];
  for await (const chunk of stream ?? []) parts.push(chunk);
  return Buffer.concat(parts).toString();
}

/** How a process ended: its code, or the name of the signal. */
export async function endOf(child: ChildProcess): Promise<unknown> {
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  return child.exitCode ?? child.signalCode;
}
