import type { Writable } from 'node:stream';
import { limits } from '../limits.ts';
import { toJson } from './json.ts';
import { createWaitingEvents } from './waiting-events.ts';
import { writeJson } from './write-json.ts';

/** Standard output, one event a line. */
export interface Output {
  /** An answer, or a message: the program or the peer that causes them is held back by {@link room}. */
  write(event: object): void;
  /**
   * What happens, which cannot be held back: while the reader does not keep up it waits, the newest of each subject,
   * and a line `skipped` tells how many others there were.
   */
  tell(event: object): void;
  /** Undefined while the reader keeps up; else a promise that resolves when it has caught up. */
  room(): Promise<void> | undefined;
  /** Resolves when everything has been written. */
  flushed(): Promise<void>;
}

/** The line of an event in pieces, of which each is written by itself; none if it is not told. */
export type Format = (event: object, piece: (text: string) => void) => void;

export const jsonLine: Format = (event, piece) => {
  // The last piece and the end of the line go in one: a line that is short costs one write.
  let last = '';
  writeJson(toJson(event), (next) => {
    if (last !== '') piece(last);
    last = next;
    return true;
  });
  piece(`${last}\n`);
};

/** @param closed The reader went away, or what is written cannot be kept. */
export function createOutput(stream: Writable, closed: () => void, format: Format = jsonLine): Output {
  const held = createWaitingEvents();
  let waiting: Promise<void> | undefined;
  stream.on('error', closed);
  stream.on('close', closed);

  function write(event: object): void {
    if (stream.destroyed) return;
    // As bytes: Node refuses (ENOBUFS) when texts that wait together might take 2 GiB.
    format(event, (text) => void stream.write(Buffer.from(text)));
  }

  function room(): Promise<void> | undefined {
    if (stream.destroyed || stream.writableLength <= limits.cli.outputBytes) return undefined;
    waiting ??= new Promise<void>((resolve) => {
      const done = (): void => {
        waiting = undefined;
        stream.off('drain', done).off('close', done);
        // Before any other event is written, so that everything keeps its order.
        for (const event of held.take()) write(event);
        resolve();
      };
      stream.on('drain', done).on('close', done);
    });
    return waiting;
  }

  return {
    write,
    tell(event) {
      if (room() === undefined) write(event);
      else held.keep(event);
    },
    room,
    async flushed() {
      if (held.size > 0) await room();
      await new Promise<void>((resolve) => (stream.destroyed ? resolve() : void stream.write('', () => resolve())));
    },
  };
}
