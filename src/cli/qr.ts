import { encode } from 'uqr';
import { type Paint, paintOf } from './style.ts';

/** Two rows of modules in one of text: a character is about twice as high as it is wide. */
const blocks = ['█', '▀', '▄', ' '] as const;

/** Light modules around a code, as ISO/IEC 18004 asks. */
const quiet = 4;

/**
 * A QR code (ISO/IEC 18004) of a text as rows of a terminal. Light modules are drawn, so that it is right on a dark
 * background; colours make it right on any.
 */
export function qrRows(text: string, paint: Paint): readonly string[] {
  const { data } = encode(text, { ecc: 'M', border: quiet });
  const isLight = (row: number, column: number): boolean => !(data[row]?.[column] ?? false);
  const rows: string[] = [];
  for (let row = 0; row < data.length; row += 2) {
    let line = '';
    for (let column = 0; column < data.length; column += 1)
      line += blocks[(isLight(row, column) ? 0 : 2) + (isLight(row + 1, column) ? 0 : 1)];
    rows.push(paint('white-on-black', line));
  }
  return rows;
}

/** Shows a text as a QR code on standard error, where a person looks. */
export function showQr(text: string): void {
  for (const row of qrRows(text, paintOf(process.stderr))) process.stderr.write(`${row}\n`);
}
