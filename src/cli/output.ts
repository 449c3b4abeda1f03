import type { Writable } from 'node:stream';
import { limits } from '../limits.ts';
import { toJson } from './json.ts';
import { writeJson } from './write-json.ts';

/** Standard output, one JSON object a line. */
export interface Output {
  write(event: object): void;
  /** Undefined while the reader keeps up; else a promise that resolves when it has caught up. */
  room(): Promise<void> | undefined;
  /** Resolves when everything has been written. */
  flushed(): Promise<void>;
}

/** @param closed The reader went away, or what is written cannot be kept. */
export function createOutput(stream: Writable, closed: () => void): Output {
  let waiting: Promise<void> | undefined;
  stream.on('error', closed);
  stream.on('close', closed);
  return {
    write(event) {
      if (stream.destroyed) return;
      // The last piece and the end of the line go in one: a line that is short costs one write.
      let last = '';
      writeJson(toJson(event), (piece) => {
        // As bytes: Node refuses (ENOBUFS) when texts that wait together might take 2 GiB.
        if (last !== '') stream.write(Buffer.from(last));
        last = piece;
        return true;
      });
      stream.write(`${last}\n`);
    },
    room() {
      if (stream.destroyed || stream.writableLength <= limits.cli.outputBytes) return undefined;
      waiting ??= new Promise<void>((resolve) => {
        const done = (): void => {
          waiting = undefined;
          stream.off('drain', done).off('close', done);
          resolve();
        };
        stream.on('drain', done).on('close', done);
      });
      return waiting;
    },
    flushed: () => new Promise((resolve) => (stream.destroyed ? resolve() : void stream.write('', () => resolve()))),
  };
}
