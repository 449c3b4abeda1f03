import type { WriteStream } from 'node:tty';

/** What a screen shows: lines that fit, and where the cursor is (none: it is hidden). */
export interface Frame {
  readonly lines: readonly string[];
  readonly cursor?: { readonly row: number; readonly column: number };
}

export interface Size {
  readonly columns: number;
  readonly rows: number;
}

const [alternate, normal] = ['\x1b[?1049h', '\x1b[?1049l'];
const [hide, show] = ['\x1b[?25l', '\x1b[?25h'];
const [home, eraseLine, eraseBelow] = ['\x1b[H', '\x1b[K', '\x1b[J'];

/** The bytes that draw a frame over the one before, on a screen of so many rows. */
export function drawing({ lines, cursor }: Frame, rows: number): string {
  // What is erased behind a line that is full would be its last character.
  const drawn = lines.map((line) => `${eraseLine}${line}`).join('\r\n');
  const below = lines.length < rows ? `\r\n${eraseBelow}` : '';
  const place = cursor ? `\x1b[${cursor.row + 1};${cursor.column + 1}H${show}` : '';
  return `${hide}${home}${drawn}${below}${place}`;
}

/** The size that a terminal tells; one that tells none has the size of old. */
export const sizeOf = ({ columns, rows }: Pick<WriteStream, 'columns' | 'rows'>): Size => ({
  columns: columns > 0 ? columns : 80,
  rows: rows > 0 ? rows : 24,
});

/**
 * A whole terminal, until it is left: what was on it comes back then. It is left at the end of the process as well, however
 * that comes about.
 */
export class Screen {
  readonly #stream: WriteStream;
  readonly #render: (size: Size) => Frame;
  readonly #everyMs: number;
  readonly #leave = (): void => this.leave();
  readonly #redraw = (): void => this.redraw();
  #isOpen = true;
  #timer: NodeJS.Timeout | undefined;
  #last = '';

  /** @param everyMs Frames are drawn so often at most. */
  constructor(stream: WriteStream, everyMs: number, render: (size: Size) => Frame) {
    this.#stream = stream;
    this.#render = render;
    this.#everyMs = everyMs;
    stream.write(alternate);
    stream.on('resize', this.#redraw);
    process.once('exit', this.#leave);
    this.draw();
  }

  /** Draws what is to be seen now, soon. */
  draw(): void {
    if (!this.#isOpen || this.#timer) return;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      // A terminal that does not keep up gets the frame after.
      if (this.#stream.writableNeedDrain) this.#stream.once('drain', this.#redraw);
      else this.#write();
    }, this.#everyMs);
  }

  /** Draws even what should be there: something else may have written on it, or the terminal have moved it. */
  redraw(): void {
    this.#last = '';
    this.draw();
  }

  #write(): void {
    if (!this.#isOpen) return;
    const size = sizeOf(this.#stream);
    const next = drawing(this.#render(size), size.rows);
    if (next !== this.#last) this.#stream.write(next);
    this.#last = next;
  }

  leave(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    clearTimeout(this.#timer);
    this.#stream.off('resize', this.#redraw).off('drain', this.#redraw);
    process.off('exit', this.#leave);
    this.#stream.write(`${normal}${show}`);
  }
}
