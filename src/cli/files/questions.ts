import type { Readable } from 'node:stream';
import { onAbort } from '../../util/abort.ts';
import type { StatusLine } from './status-line.ts';

interface Open {
  readonly text: string;
  readonly answer: (isYes: boolean, isTyped: boolean) => void;
}

/** Questions to the person at the terminal, one at a time. */
export class Questions {
  readonly #line: StatusLine;
  readonly #waiting: Open[] = [];
  #isOver = false;
  #typed = '';

  /**
   * @param input What is typed: lines, as a terminal gives them. What is typed while nothing is asked is no answer.
   */
  constructor(input: Readable, line: StatusLine) {
    this.#line = line;
    input.on('data', (bytes: Buffer) => this.#take(bytes.toString('latin1')));
    input.on('end', () => this.#end());
  }

  /** No, unless the person says yes. Rejects with the reason of the signal, and takes the question back. */
  ask(text: string, signal: AbortSignal): Promise<boolean> {
    if (this.#isOver) return Promise.resolve(false);
    return new Promise((resolve, reject) => {
      if (signal.aborted) {
        reject(signal.reason);
        return;
      }
      const off = onAbort(signal, () => {
        this.#remove(open, false);
        reject(signal.reason);
      });
      const open: Open = {
        text,
        answer: (isYes, isTyped) => {
          off();
          this.#remove(open, isTyped);
          resolve(isYes);
        },
      };
      this.#waiting.push(open);
      if (this.#waiting.length === 1) this.#show();
    });
  }

  #show(): void {
    const [open] = this.#waiting;
    this.#typed = '';
    if (open) this.#line.ask(open.text);
  }

  #remove(open: Open, isTyped: boolean): void {
    const at = this.#waiting.indexOf(open);
    if (at === -1) return;
    this.#waiting.splice(at, 1);
    if (at > 0) return;
    this.#line.answered(isTyped);
    this.#show();
  }

  #take(typed: string): void {
    const [open] = this.#waiting;
    if (!open) return;
    this.#typed += typed.slice(0, 64);
    if (!typed.includes('\n')) return;
    open.answer(/^\s*y(?:es)?\s*$/i.test(this.#typed), true);
  }

  #end(): void {
    this.#isOver = true;
    for (const open of [...this.#waiting]) open.answer(false, false);
  }
}
