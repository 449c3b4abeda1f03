import { isUtf8 } from 'node:buffer';

/** Shorter texts are looked at here: a call of Node's costs more than they do. */
const shortBytes = 48;

/** Bytes that follow a first byte (RFC 3629 section 4), and what the first of them is between. */
function tailOf(first: number): readonly [count: number, least: number, most: number] | undefined {
  if (first >= 0xc2 && first <= 0xdf) return [1, 0x80, 0xbf];
  if (first >= 0xe0 && first <= 0xef) return [2, first === 0xe0 ? 0xa0 : 0x80, first === 0xed ? 0x9f : 0xbf];
  if (first >= 0xf0 && first <= 0xf4) return [3, first === 0xf0 ? 0x90 : 0x80, first === 0xf4 ? 0x8f : 0xbf];
  return undefined;
}

function isShortText(bytes: Uint8Array, from: number, to: number): boolean {
  let at = from;
  while (at < to) {
    const first = bytes[at] ?? 0;
    at += 1;
    if (first < 0x80) continue;
    const tail = tailOf(first);
    if (!tail) return false;
    let [count, least, most] = tail;
    if (count > to - at) return false;
    for (; count > 0; count -= 1) {
      const byte = bytes[at] ?? 0;
      if (byte < least || byte > most) return false;
      [least, most] = [0x80, 0xbf];
      at += 1;
    }
  }
  return true;
}

/** Whether these bytes are UTF-8 (RFC 3629): no surrogates, nothing longer than it need be. */
export const isText = (bytes: Uint8Array, from: number, to: number): boolean =>
  to - from <= shortBytes ? isShortText(bytes, from, to) : isUtf8(bytes.subarray(from, to));
