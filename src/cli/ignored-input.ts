import { fstatSync } from 'node:fs';
import type { ReadStream } from 'node:tty';
import type { Input } from './input.ts';

export const whatToUse =
  'what is written here goes nowhere: lanpeer chat talks with others, lanpeer send sends, lanpeer run --json takes commands.';

/** A file may be shared with whoever started this, and a terminal stops a job in the background that reads it. */
function isPipe(): boolean {
  try {
    const about = fstatSync(0);
    return about.isFIFO() || about.isSocket();
  } catch {
    return false;
  }
}

const nothing: Input = { end: () => undefined, settled: () => Promise.resolve() };

/**
 * Says what to use instead of standard input: on a terminal at once, else when something comes.
 * @param ended Called at the end of it; then it is read in any case. Undefined: what is no pipe is left alone.
 */
export function ignoreInput(stream: ReadStream, tell: (text: string) => void, ended: (() => void) | undefined): Input {
  if (stream.isTTY) tell(whatToUse);
  if (!ended && (stream.isTTY || !isPipe())) return nothing;
  const look = (chunk: Buffer): void => {
    if (stream.isTTY || chunk.toString().trim() === '') return;
    tell(whatToUse);
    stream.off('data', look).resume();
  };
  stream.on('data', look).on('error', () => ended?.());
  if (ended) stream.on('end', ended);
  return { end: () => void stream.destroy(), settled: () => Promise.resolve() };
}
