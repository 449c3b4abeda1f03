import { limits } from '../../limits.ts';

/** A line of a conversation: what somebody wrote, or what happened. */
export interface Entry {
  /** Wall clock, ms. */
  readonly at: number;
  /** Who wrote it; null: nobody, it happened. */
  readonly author: { readonly id: string; readonly label: string; readonly isOwn: boolean } | null;
  /** Whether it was for this node alone. */
  readonly isPrivate?: boolean;
  /** Its lines, which a terminal may show as they are. */
  readonly lines: readonly string[];
}

/** Which line of which entry is the last that is seen. */
interface Place {
  readonly no: number;
  readonly row: number;
}

/** How many rows an entry has on the screen. */
export type RowsOf = (entry: Entry) => number;

const sizeOf = ({ lines }: Entry): number =>
  lines.reduce<number>((sum, line) => sum + line.length + 1, limits.cli.entryOverhead);

/**
 * The last entries of a conversation, and how far somebody has scrolled back in them. What is seen stays where it is when
 * others write meanwhile.
 */
export class History {
  readonly #entries: Entry[] = [];
  /** Number of the first entry that is kept. */
  #first = 0;
  #chars = 0;
  /** Undefined: the newest entry is seen. */
  #place: Place | undefined;

  add(entry: Entry): void {
    this.#entries.push(entry);
    this.#chars += sizeOf(entry);
    while (this.#chars > limits.cli.historyChars && this.#entries.length > 1) {
      const [oldest] = this.#entries.splice(0, 1);
      if (oldest) this.#chars -= sizeOf(oldest);
      this.#first += 1;
    }
  }

  get length(): number {
    return this.#entries.length;
  }

  /** Entries below what is seen. */
  get unseen(): number {
    return this.#place ? Math.max(0, this.#first + this.#entries.length - 1 - this.#place.no) : 0;
  }

  /** The newest entry is seen again. */
  toEnd(): void {
    this.#place = undefined;
  }

  /** Scrolls back by that many rows, or forward if they are less than none, in a window of `height` rows. */
  scroll(rows: number, height: number, rowsOf: RowsOf): void {
    const end = this.#end(rowsOf);
    if (!end) return;
    const place = this.#clamp(this.#place ?? end, rowsOf);
    const moved = rows > 0 ? this.#back(place, rows, rowsOf) : this.#forth(place, -rows, rowsOf);
    const highest = this.#forth({ no: this.#first, row: 0 }, height - 1, rowsOf);
    const next = isBefore(moved, highest) ? highest : moved;
    this.#place = isBefore(next, end) ? next : undefined;
  }

  /** Entries from the newest that is seen back, each with how many of its rows are seen at most, until `height` are full. */
  *seen(height: number, rowsOf: RowsOf): Generator<readonly [Entry, rows: number], void, void> {
    const end = this.#end(rowsOf);
    if (!end) return;
    const place = this.#place ? this.#clamp(this.#place, rowsOf) : end;
    let left = height;
    let rows = place.row + 1;
    for (let no = place.no; no >= this.#first && left > 0; no -= 1) {
      const entry = this.#at(no);
      if (no < place.no) rows = rowsOf(entry);
      yield [entry, rows];
      left -= rows;
    }
  }

  #at(no: number): Entry {
    return this.#entries[no - this.#first] as Entry;
  }

  #end(rowsOf: RowsOf): Place | undefined {
    const last = this.#entries.at(-1);
    return last && { no: this.#first + this.#entries.length - 1, row: rowsOf(last) - 1 };
  }

  /** An entry may be gone by now, or have fewer rows on a wider screen. */
  #clamp({ no, row }: Place, rowsOf: RowsOf): Place {
    if (no < this.#first) return { no: this.#first, row: 0 };
    return { no, row: Math.min(row, rowsOf(this.#at(no)) - 1) };
  }

  #back({ no, row }: Place, rows: number, rowsOf: RowsOf): Place {
    let at = no;
    let left = row - rows;
    while (left < 0 && at > this.#first) {
      at -= 1;
      left += rowsOf(this.#at(at));
    }
    return { no: at, row: Math.max(0, left) };
  }

  #forth({ no, row }: Place, rows: number, rowsOf: RowsOf): Place {
    const last = this.#first + this.#entries.length - 1;
    let at = no;
    let left = row + rows;
    while (at < last && left >= rowsOf(this.#at(at))) {
      left -= rowsOf(this.#at(at));
      at += 1;
    }
    return { no: at, row: Math.min(left, rowsOf(this.#at(at)) - 1) };
  }
}

const isBefore = (a: Place, b: Place): boolean => a.no < b.no || (a.no === b.no && a.row < b.row);
