import type { Readable } from 'node:stream';
import { limits } from '../limits.ts';
import { createLineSplitter } from './lines.ts';

export interface InputOptions {
  /** Takes a line; settles when everything that it led to has been told. Never rejects. */
  take(line: string): Promise<void>;
  tooLong(): void;
  /** Undefined while the reader of the answers keeps up; else a promise that resolves when it has caught up. */
  room(): Promise<void> | undefined;
}

/** Standard input, one command a line. */
export interface Input {
  /** Takes no more lines. */
  end(): void;
  /** Resolves when everything about the lines that were taken has been told. */
  settled(): Promise<unknown>;
}

/**
 * Takes lines from a stream. It is not read while too many lines wait for their outcome or too much output waits unread:
 * whoever writes faster than the network takes it is held back, as with any pipe.
 */
export function createInput(stream: Readable, { take, tooLong, room }: InputOptions): Input {
  const running = new Set<Promise<void>>();
  let pendingBytes = 0;
  let full: Promise<void> | undefined;

  function look(): void {
    if (stream.destroyed) return;
    const blocked = full ? undefined : room();
    if (blocked !== undefined) {
      full = blocked.then(() => {
        full = undefined;
        look();
      });
    }
    if (full || pendingBytes > limits.cli.pendingBytes) stream.pause();
    else if (stream.isPaused()) stream.resume();
  }

  function line(text: string): void {
    const weight = Buffer.byteLength(text) + limits.cli.pendingOverhead;
    pendingBytes += weight;
    const done = take(text).then(() => {
      pendingBytes -= weight;
      running.delete(done);
      look();
    });
    running.add(done);
  }

  const split = createLineSplitter(limits.cli.lineBytes, line, tooLong);
  stream.on('data', (chunk: Buffer) => {
    split(chunk);
    look();
  });
  // The end of standard input changes nothing, and neither does its breaking.
  stream.on('error', () => undefined);

  return {
    end: () => void stream.destroy(),
    settled: () => Promise.all(running),
  };
}
