import { printable } from '../../util/printable.ts';

const clear = '\r\u001b[K';

/** The part of a terminal that is used. */
export interface TerminalStream {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

/** Standard error of a command: lines, and on a terminal below them one that is drawn again and again. */
export class StatusLine {
  readonly #stream: TerminalStream;
  #shown = '';
  /** A question stands there. */
  #question = '';

  constructor(stream: TerminalStream) {
    this.#stream = stream;
  }

  /** Whether anything is drawn. */
  get isLive(): boolean {
    return this.#stream.isTTY === true;
  }

  get columns(): number {
    // Some terminals say 0.
    return this.#stream.columns || 80;
  }

  /** Replaces the line; nothing where standard error is no terminal. */
  draw(text: string): void {
    if (!this.isLive) return;
    const line = printable(text);
    if (line === this.#shown) return;
    this.#shown = line;
    if (this.#question === '') this.#stream.write(`${clear}${line}`);
  }

  /** Writes a line above it. */
  say(text: string): void {
    this.#above(`lanpeer: ${printable(text)}\n`);
  }

  /** Writes a line above it, and below that what somebody else wrote, further to the right: none of it looks like ours. */
  show(heading: string, lines: readonly string[]): void {
    this.#above(`lanpeer: ${printable(heading)}\n${lines.map((line) => `  ${line}\n`).join('')}`);
  }

  #above(lines: string): void {
    if (this.isLive) this.#stream.write(`${clear}${lines}${this.#question || this.#shown}`);
    else this.#stream.write(lines);
  }

  /** What is written meanwhile, by others to the same terminal, stands above the line. */
  aside(write: () => void): void {
    const below = this.#question || this.#shown;
    if (this.isLive && below !== '') this.#stream.write(clear);
    write();
    if (this.isLive && below !== '') this.#stream.write(below);
  }

  /** Nothing else is drawn until {@link answered}. */
  ask(question: string): void {
    this.#question = printable(question);
    this.#stream.write(`${clear}${this.#question}`);
  }

  /** @param isTyped The person has ended the line. */
  answered(isTyped: boolean): void {
    this.#question = '';
    this.#stream.write(`${isTyped ? '' : '\n'}${this.#shown}`);
  }
}
