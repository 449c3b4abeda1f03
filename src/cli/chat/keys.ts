import { limits } from '../../limits.ts';
import type { Edit } from './editor.ts';

/** A key as `node:readline` tells it. */
export interface Key {
  readonly name?: string | undefined;
  readonly ctrl?: boolean | undefined;
  readonly meta?: boolean | undefined;
  readonly shift?: boolean | undefined;
  readonly sequence?: string | undefined;
}

/** What a key asks for. */
export type Action =
  | { readonly do: 'type'; readonly text: string }
  | { readonly do: 'edit'; readonly edit: Edit }
  | { readonly do: 'send' | 'interrupt' | 'end-of-file' | 'redraw' | 'older' | 'newer' | 'to-end' }
  | { readonly do: 'scroll'; readonly pages: number };

const edits: Readonly<Record<string, Edit>> = {
  left: 'left',
  right: 'right',
  home: 'start',
  end: 'end',
  backspace: 'erase-left',
  delete: 'erase-right',
};

const withCtrl: Readonly<Record<string, Action>> = {
  a: { do: 'edit', edit: 'start' },
  e: { do: 'edit', edit: 'end' },
  b: { do: 'edit', edit: 'left' },
  f: { do: 'edit', edit: 'right' },
  h: { do: 'edit', edit: 'erase-left' },
  w: { do: 'edit', edit: 'erase-word' },
  u: { do: 'edit', edit: 'erase-to-start' },
  k: { do: 'edit', edit: 'erase-to-end' },
  left: { do: 'edit', edit: 'word-left' },
  right: { do: 'edit', edit: 'word-right' },
  backspace: { do: 'edit', edit: 'erase-word' },
  c: { do: 'interrupt' },
  d: { do: 'end-of-file' },
  l: { do: 'redraw' },
  p: { do: 'older' },
  n: { do: 'newer' },
  end: { do: 'to-end' },
};

const withMeta: Readonly<Record<string, Action>> = {
  b: { do: 'edit', edit: 'word-left' },
  f: { do: 'edit', edit: 'word-right' },
  left: { do: 'edit', edit: 'word-left' },
  right: { do: 'edit', edit: 'word-right' },
  backspace: { do: 'edit', edit: 'erase-word' },
  return: { do: 'type', text: '\n' },
  enter: { do: 'type', text: '\n' },
};

const plain: Readonly<Record<string, Action>> = {
  return: { do: 'send' },
  // Ctrl-J: the key Enter is a carriage return.
  enter: { do: 'type', text: '\n' },
  up: { do: 'older' },
  down: { do: 'newer' },
  pageup: { do: 'scroll', pages: 1 },
  pagedown: { do: 'scroll', pages: -1 },
};

const own = <Value>(of: Readonly<Record<string, Value>>, name: string): Value | undefined =>
  Object.hasOwn(of, name) ? of[name] : undefined;

const acting = /[\p{Cc}\p{Zl}\p{Zp}]/u;
const actingInPaste = /(?![\n\t])[\p{Cc}\p{Zl}\p{Zp}]/gu;

/** What a key asks for, where nothing is pasted. */
function actionOf(text: string | undefined, { name = '', ctrl, meta, sequence }: Key): Action | undefined {
  if (ctrl) return own(withCtrl, name);
  if (meta) return own(withMeta, name);
  const edit = own(edits, name);
  if (edit) return { do: 'edit', edit };
  const action = own(plain, name);
  if (action) return action;
  return text !== undefined && text === sequence && !acting.test(text) ? { do: 'type', text } : undefined;
}

/** Keys, and what is pasted between them: that is text as a whole, and nothing in it acts (bracketed paste of xterm). */
export class Keyboard {
  #pasted: string | undefined;

  /** What a key asks for; undefined: nothing, or not yet. */
  press(text: string | undefined, key: Key): Action | undefined {
    if (key.name === 'paste-start') {
      this.#pasted = '';
      return undefined;
    }
    if (this.#pasted === undefined) return actionOf(text, key);
    if (key.name === 'paste-end') {
      const pasted = this.#pasted.replace(/\r\n?/g, '\n').replace(actingInPaste, '');
      this.#pasted = undefined;
      return { do: 'type', text: pasted };
    }
    if (this.#pasted.length < limits.cli.pastedChars) this.#pasted += key.sequence ?? text ?? '';
    return undefined;
  }
}
