import type { Writable } from 'node:stream';
import { limits } from '../limits.ts';
import { toJson } from './json.ts';

/** Standard output, one JSON object a line. */
export interface Output {
  write(event: object): void;
  /** Undefined while the reader keeps up; else a promise that resolves when it has caught up. */
  room(): Promise<void> | undefined;
  /** Resolves when everything has been written. */
  flushed(): Promise<void>;
}

/** @param closed The reader went away. */
export function createOutput(stream: Writable, closed: () => void): Output {
  let waiting: Promise<void> | undefined;
  stream.on('error', closed);
  stream.on('close', closed);
  return {
    write(event) {
      if (!stream.destroyed) stream.write(`${JSON.stringify(toJson(event))}\n`);
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
