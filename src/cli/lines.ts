import { isUtf8 } from 'node:buffer';

const [tab, newline, carriageReturn, blank] = [9, 10, 13, 32];
const byteOrderMark = '\ufeff';

const isBlank = (line: Uint8Array): boolean =>
  line.every((byte) => byte === blank || byte === tab || byte === carriageReturn);

/**
 * Cuts a stream of bytes into lines, without their ends and a byte order mark at the beginning; empty ones are none. A
 * line that is longer than `limit` bytes is not kept: `tooLong` is called once for it, and the next one is taken again.
 * @param line Gets each line, and whether it was UTF-8.
 */
export function createLineSplitter(limit: number, line: (text: string, intact: boolean) => void, tooLong: () => void) {
  let parts: Uint8Array[] = [];
  let size = 0;
  let skipping = false;
  let isFirst = true;

  function take(bytes: Uint8Array): void {
    if (isBlank(bytes)) return;
    const length = bytes.byteLength - (bytes.at(-1) === carriageReturn ? 1 : 0);
    const text = Buffer.from(bytes.buffer, bytes.byteOffset, length).toString('utf8');
    const marked = isFirst && text.startsWith(byteOrderMark);
    isFirst = false;
    if (!marked) line(text, isUtf8(bytes));
    else if (text.length > 1) line(text.slice(1), isUtf8(bytes));
  }

  function end(): void {
    const [only = new Uint8Array(0)] = parts;
    const whole = parts.length > 1 ? Buffer.concat(parts) : only;
    parts = [];
    size = 0;
    if (!skipping) take(whole);
    skipping = false;
  }

  function keep(bytes: Uint8Array): void {
    if (skipping || bytes.byteLength === 0) return;
    size += bytes.byteLength;
    if (size <= limit) {
      parts.push(bytes);
      return;
    }
    parts = [];
    skipping = true;
    tooLong();
  }

  return (chunk: Uint8Array): void => {
    let from = 0;
    for (let at = chunk.indexOf(newline); at >= 0; at = chunk.indexOf(newline, from)) {
      keep(chunk.subarray(from, at));
      end();
      from = at + 1;
    }
    keep(chunk.subarray(from));
  };
}
