import { constants } from 'node:buffer';
import type { Readable } from 'node:stream';
import { limits } from '../limits.ts';
import { createLineSplitter } from './lines.ts';

export interface InputOptions {
  /** Takes a line, which was UTF-8 if it is intact; settles when everything that it led to has been told. Never rejects. */
  take(line: string, intact: boolean): Promise<void>;
  tooLong(): void;
  /** Undefined while the reader of the answers keeps up; else a promise that resolves when it has caught up. */
  room(): Promise<void> | undefined;
  /** The stream has ended or broken; every line of it has been taken. Not called after `end`. */
  ended?(): void;
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
 * a program that writes faster than the network takes it is held back, as with any pipe.
 */
export function createInput(stream: Readable, { take, tooLong, room, ended }: InputOptions): Input {
  const running = new Set<Promise<void>>();
  let pendingBytes = 0;
  let full: Promise<void> | undefined;
  let isOver = false;

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

  function line(text: string, intact: boolean): void {
    const weight = Buffer.byteLength(text) + limits.cli.pendingOverhead;
    pendingBytes += weight;
    const done = take(text, intact).then(() => {
      pendingBytes -= weight;
      running.delete(done);
      look();
    });
    running.add(done);
  }

  function over(): void {
    if (!isOver) ended?.();
    isOver = true;
  }

  const split = createLineSplitter(Math.min(limits.cli.lineBytes, constants.MAX_STRING_LENGTH), line, tooLong);
  stream.on('data', (chunk: Buffer) => {
    split(chunk);
    look();
  });
  stream.on('end', () => {
    // The last line may have no end of its own.
    split(Buffer.from('\n'));
    over();
  });
  stream.on('error', over);

  return {
    end() {
      isOver = true;
      stream.destroy();
    },
    settled: () => Promise.all(running),
  };
}
