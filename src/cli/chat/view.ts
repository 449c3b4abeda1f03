import type { Paint } from '../style.ts';
import type { Frame, Size } from '../terminal/screen.ts';
import { fitText, padText } from '../terminal/text-width.ts';
import { type Draft, draftOf, edit, emptyDraft, insert, Sent, textOf } from './editor.ts';
import { rowsOfEntry } from './entries.ts';
import { type Entry, History } from './history.ts';
import { inputRows } from './input-rows.ts';
import type { Action } from './keys.ts';

/** What an action leads to outside of what is seen. */
export type Effect =
  | { readonly kind: 'written'; readonly text: string }
  | { readonly kind: 'leave'; readonly interrupted: boolean };

/** What is written takes a third of the screen at most. */
const inputShare = 3;

/** What a person sees of a chat, and writes. */
export class ChatView {
  readonly #history = new History();
  readonly #sent = new Sent();
  readonly #rows = new WeakMap<Entry, { readonly columns: number; readonly rows: readonly string[] }>();
  readonly #paint: Paint;
  #draft: Draft = emptyDraft;
  #status = '';
  #size: Size = { columns: 80, rows: 24 };

  constructor(paint: Paint) {
    this.#paint = paint;
  }

  add(entry: Entry): void {
    this.#history.add(entry);
  }

  /** The line between the conversation and what is being written. */
  setStatus(status: string): void {
    this.#status = status;
  }

  act(action: Action): Effect | undefined {
    switch (action.do) {
      case 'type':
        this.#draft = insert(this.#draft, action.text);
        return undefined;
      case 'edit':
        this.#draft = edit(this.#draft, action.edit);
        return undefined;
      case 'older':
        return this.#recall(this.#sent.older(textOf(this.#draft)));
      case 'newer':
        return this.#recall(this.#sent.newer());
      case 'scroll':
        this.#scroll(action.pages);
        return undefined;
      case 'to-end':
        this.#history.toEnd();
        return undefined;
      case 'redraw':
        return undefined;
      case 'send':
        return this.#send();
      case 'interrupt':
        if (this.#draft.characters.length === 0) return { kind: 'leave', interrupted: true };
        this.#draft = emptyDraft;
        return undefined;
      case 'end-of-file':
        if (this.#draft.characters.length === 0) return { kind: 'leave', interrupted: false };
        this.#draft = edit(this.#draft, 'erase-right');
        return undefined;
    }
  }

  frame(size: Size): Frame {
    this.#size = size;
    const { columns } = size;
    const input = this.#input();
    const height = this.#height(input.rows.length);
    const history = this.visible(height);
    const blank = Array.from({ length: height - history.length }, () => '');
    const all = [...blank, ...history, this.#statusLine(columns), ...input.rows];
    // Of a screen that is too small for all of it, what is being written is seen.
    const lines = all.slice(-Math.max(1, size.rows));
    return {
      lines,
      cursor: { row: lines.length - input.rows.length + input.cursor.row, column: input.cursor.column },
    };
  }

  /** The rows of the conversation that are seen in so many rows. */
  visible(height: number): readonly string[] {
    const rows: string[] = [];
    for (const [entry, most] of this.#history.seen(height, this.#count))
      rows.unshift(...this.#rowsOf(entry).slice(0, most));
    return rows.slice(-height);
  }

  #statusLine(columns: number): string {
    const { unseen } = this.#history;
    const below = unseen > 0 ? `${unseen} below, Ctrl-End  ` : '';
    return this.#paint('inverse', padText(fitText(` ${below}${this.#status}`, columns), columns));
  }

  #input() {
    const { columns, rows } = this.#size;
    return inputRows(this.#draft, columns, Math.max(1, Math.floor(rows / inputShare)));
  }

  #height(inputHeight: number): number {
    return Math.max(1, this.#size.rows - inputHeight - 1);
  }

  #rowsOf(entry: Entry): readonly string[] {
    const { columns } = this.#size;
    const known = this.#rows.get(entry);
    if (known?.columns === columns) return known.rows;
    const rows = rowsOfEntry(entry, columns, this.#paint);
    this.#rows.set(entry, { columns, rows });
    return rows;
  }

  readonly #count = (entry: Entry): number => this.#rowsOf(entry).length;

  #scroll(pages: number): void {
    const height = this.#height(this.#input().rows.length);
    this.#history.scroll(pages * Math.max(1, height - 1), height, this.#count);
  }

  #recall(text: string | undefined): undefined {
    if (text !== undefined) this.#draft = draftOf(text);
    return undefined;
  }

  #send(): Effect | undefined {
    const text = textOf(this.#draft);
    if (text.trim() === '') return undefined;
    this.#draft = emptyDraft;
    this.#sent.add(text);
    this.#history.toEnd();
    return { kind: 'written', text };
  }
}
