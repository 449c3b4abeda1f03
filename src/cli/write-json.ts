import { limits } from '../limits.ts';

/** Takes a piece of text; false when it wants no more. */
export type Sink = (piece: string) => boolean;

const isFields = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null;
const isHighSurrogate = (code: number): boolean => code >= 0xd800 && code < 0xdc00;

/**
 * Numbers as every reader takes them: `JSON.stringify` writes -0 as 0, and doubles beyond the safe integers with all
 * their digits, not the right ones, which readers with large integers take by their word.
 */
function formatNumber(value: number): string {
  if (Object.is(value, -0)) return '-0.0';
  if (Number.isInteger(value) && !Number.isSafeInteger(value)) return value.toExponential();
  return Number.isFinite(value) ? String(value) : 'null';
}

/**
 * Writes plain JSON values in pieces: the text of a large message may be longer than any one text can be, because a
 * character may take six.
 */
export function writeJson(value: unknown, sink: Sink, pieceChars: number = limits.cli.pieceChars): void {
  let text = '';
  let wanted = true;

  function put(part: string): void {
    text += part;
    if (text.length >= pieceChars) flush();
  }

  function flush(): void {
    if (wanted && text !== '') wanted = sink(text);
    text = '';
  }

  function putString(whole: string): void {
    if (whole.length <= pieceChars) {
      put(JSON.stringify(whole));
      return;
    }
    put('"');
    for (let from = 0; from < whole.length && wanted; ) {
      let to = Math.min(from + pieceChars, whole.length);
      // Both halves of a character have to be in one piece.
      if (to < whole.length && isHighSurrogate(whole.charCodeAt(to - 1))) to -= 1;
      put(JSON.stringify(whole.slice(from, to)).slice(1, -1));
      from = to;
    }
    put('"');
  }

  function putList(list: readonly unknown[]): void {
    text += '[';
    for (let at = 0; at < list.length && wanted; at += 1) {
      if (at > 0) text += ',';
      putValue(list[at]);
    }
    put(']');
  }

  function putObject(fields: Readonly<Record<string, unknown>>): void {
    text += '{';
    let isFirst = true;
    for (const key of Object.keys(fields)) {
      const field = fields[key];
      if (field === undefined) continue;
      if (!wanted) return;
      if (!isFirst) text += ',';
      isFirst = false;
      putString(key);
      text += ':';
      putValue(field);
    }
    put('}');
  }

  function putValue(one: unknown): void {
    if (typeof one === 'string') putString(one);
    else if (typeof one === 'number') put(formatNumber(one));
    else if (Array.isArray(one)) putList(one);
    else if (isFields(one)) putObject(one);
    else put(typeof one === 'boolean' ? String(one) : 'null');
  }

  putValue(value);
  flush();
}
