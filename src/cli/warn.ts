import { printable } from '../util/printable.ts';

/** Lines that a person reads on a terminal, where nothing in them may act: escaped, but for the ends of lines. */
export const printableLines = (text: string): string => text.split('\n').map(printable).join('\n');

/** Tells a person something on standard error. */
export const warn = (text: string): void => void process.stderr.write(`lanpeer: ${printableLines(text)}\n`);
