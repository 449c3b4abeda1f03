import { randomBytes } from 'node:crypto';
import type { Readable } from 'node:stream';
import { LanpeerError } from '../errors.ts';
import { fileError } from './disk.ts';
import { hashBytes, type Offer } from './offer.ts';
import type { EntryReader, FileSource, SourceEntry } from './source.ts';

/** What comes from a pipe, as one file. It is read once: after a restart it cannot go on. */
export class StreamSource implements FileSource {
  readonly offer: Offer;
  readonly #name: string;
  readonly #input: Readable;
  #isOpen = false;

  /** @param name What the file is called. */
  constructor(name: string, input: Readable) {
    this.#name = name;
    this.#input = input;
    this.offer = {
      id: randomBytes(hashBytes),
      ...{ entries: 1, files: 1, bytes: null, names: [name], items: 1, resumable: false },
    };
  }

  async *entries(): AsyncGenerator<SourceEntry> {
    yield { kind: 'stream', path: this.#name, size: 0, modified: 0, open: () => this.#open() };
  }

  async #open(): Promise<EntryReader> {
    if (this.#isOpen) throw new LanpeerError('ERR_CUT_OFF', `${this.#name} was cut off, and cannot be read again.`);
    this.#isOpen = true;
    const chunks = this.#input[Symbol.asyncIterator]();
    let rest: Uint8Array = new Uint8Array();
    return {
      read: async (into) => {
        let filled = 0;
        while (filled < into.byteLength) {
          if (rest.byteLength === 0) {
            const { value, done } = await chunks.next().catch((thrown: unknown) => {
              throw fileError(thrown, `${this.#name} cannot be read`);
            });
            if (done) break;
            rest = value;
          }
          const part = rest.subarray(0, into.byteLength - filled);
          into.set(part, filled);
          filled += part.byteLength;
          rest = rest.subarray(part.byteLength);
        }
        return filled;
      },
      check: () => Promise.resolve(),
      close: async () => {
        // Else a read that waits would keep the process.
        this.#input.destroy();
      },
    };
  }
}
