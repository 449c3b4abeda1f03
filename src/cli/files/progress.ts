import type { FileTransfer } from '../../files/transfers.ts';
import { stripped } from './columns.ts';
import { bytesInWords, filesInWords, timeInWords } from './units.ts';

/** Over which time a rate is taken, ms. */
const windowMs = 5_000;

/** Bytes a second of the last seconds: what the receiver had already is in none of them. */
export class Rate {
  readonly #samples: { readonly at: number; readonly moved: number }[] = [];

  /** @param at Monotonic time, ms. */
  add(at: number, { bytesDone, keptBytes }: FileTransfer): void {
    this.#samples.push({ at, moved: bytesDone - keptBytes });
    while (this.#samples.length > 2 && at - (this.#samples[1]?.at ?? at) >= windowMs) this.#samples.shift();
  }

  /** Undefined before there is any. */
  get perSecond(): number | undefined {
    const [first, last] = [this.#samples[0], this.#samples.at(-1)];
    if (!first || !last || last.at - first.at < 500 || last.moved < first.moved) return undefined;
    return ((last.moved - first.moved) / (last.at - first.at)) * 1_000;
  }
}

const states = {
  waiting: 'waits for an answer',
  checking: 'compares what is there already',
  away: 'waits for the peer to come back',
  moving: '',
  done: '',
  failed: '',
} as const;

const barColumns = 20;

function bar(part: number): string {
  const full = Math.min(barColumns, Math.floor(part * barColumns));
  return `[${'#'.repeat(full)}${'.'.repeat(barColumns - full)}]`;
}

/** What was named, in few words. */
export function namesInWords({ names, items }: Pick<FileTransfer, 'names' | 'items'>): string {
  const [first = 'nothing'] = names;
  return items > 1 ? `${first} and ${items - 1} more` : first;
}

/** A transfer on one line of a terminal with so many columns. */
export function progressLine(transfer: FileTransfer, perSecond: number | undefined, columns: number): string {
  const { bytes, bytesDone, files, filesDone, state } = transfer;
  const parts: string[] = [];
  if (states[state] !== '') parts.push(states[state]);
  else {
    if (bytes !== null) {
      // An empty file is all there at once.
      const part = bytes === 0 ? 1 : bytesDone / bytes;
      parts.push(`${bar(part)} ${Math.floor(part * 100)} %`);
    }
    parts.push(bytes === null ? bytesInWords(bytesDone) : `${bytesInWords(bytesDone)} of ${bytesInWords(bytes)}`);
    if (files > 1) parts.push(`${filesDone} of ${filesInWords(files)}`);
    if (perSecond !== undefined) {
      parts.push(`${bytesInWords(perSecond)}/s`);
      if (bytes !== null && perSecond > 0 && bytes > bytesDone)
        parts.push(`${timeInWords((bytes - bytesDone) / perSecond)} left`);
    }
  }
  // The name comes last: it is what may be cut.
  parts.push(namesInWords(transfer));
  return stripped(parts.join('  '), columns);
}
