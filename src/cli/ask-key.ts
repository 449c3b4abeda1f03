import type { ReadStream } from 'node:tty';
import { LanpeerError } from '../errors.ts';
import { limits } from '../limits.ts';
import { usageOf } from './args/common.ts';

const [interrupt, endOfFile, lineFeed, carriageReturn, backspace, eraseLine, rubout] = [
  '\x03',
  '\x04',
  '\n',
  '\r',
  '\b',
  '\x15',
  '\x7f',
];

export interface Typed {
  readonly text: string;
  readonly end: 'line' | 'interrupt' | undefined;
}

/** What is typed without echo, after some more of it. */
export function typeSecret({ text }: Typed, chunk: string): Typed {
  let now = text;
  for (const key of chunk) {
    if (key === lineFeed || key === carriageReturn || key === endOfFile) return { text: now, end: 'line' };
    if (key === interrupt) return { text: '', end: 'interrupt' };
    if (key === backspace || key === rubout) now = now.slice(0, -1);
    else if (key === eraseLine) now = '';
    else if (now.length < limits.cli.keyFileBytes) now += key;
  }
  return { text: now, end: undefined };
}

/**
 * Asks for a secret on the terminal, without echo. Rejects with `ERR_USAGE` if standard input is none, and with
 * `ERR_ABORTED` at Ctrl-C.
 */
export function askSecret(question: string, input: ReadStream, output: NodeJS.WritableStream): Promise<string> {
  if (!input.isTTY) return Promise.reject(usageOf('--ask-key asks on a terminal, and standard input is none.'));
  return new Promise((resolve, reject) => {
    let typed: Typed = { text: '', end: undefined };
    const take = (chunk: Buffer): void => {
      typed = typeSecret(typed, chunk.toString());
      if (typed.end === undefined) return;
      input.off('data', take).off('end', over);
      input.setRawMode(false);
      input.pause();
      output.write('\n');
      if (typed.end === 'line') resolve(typed.text.trim());
      else reject(new LanpeerError('ERR_ABORTED'));
    };
    const over = (): void => take(Buffer.from(endOfFile));
    output.write(question);
    input.setRawMode(true);
    input.on('data', take).on('end', over);
  });
}

let asked: Promise<string> | undefined;

/** The network key, which is asked for once. */
export function askKey(): Promise<string> {
  asked ??= askSecret('Network key (not shown): ', process.stdin, process.stderr);
  return asked;
}
