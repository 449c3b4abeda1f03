import type { LanpeerNode } from '../../api/node.ts';
import type { Peer } from '../../api/peers.ts';
import { asLanpeerError, LanpeerError } from '../../errors.ts';
import { limits } from '../../limits.ts';
import { isText, textType } from './text-message.ts';

/** All that a stream has, which has to be UTF-8, without the end of its last line. Rejects with `ERR_USAGE` for what is not, empty or too long. */
export async function readText(stream: AsyncIterable<Uint8Array>): Promise<string> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of stream) {
    size += part.byteLength;
    if (size > limits.cli.textBytes)
      throw new LanpeerError('ERR_USAGE', `A text has at most ${limits.cli.textBytes} bytes: send it as a file.`);
    parts.push(part);
  }
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(parts)).replace(/\r?\n$/, '');
  } catch (cause) {
    throw new LanpeerError('ERR_USAGE', 'What standard input has is no text (UTF-8): send it as a file.', { cause });
  }
  if (text === '') throw new LanpeerError('ERR_USAGE', 'The text is empty.');
  return text;
}

/**
 * Sends a text to a peer; resolves when a person there was shown it. Rejects with `ERR_NO_RESPONDER` if nobody there
 * takes texts, `ERR_TOO_LARGE` if it is too long, `ERR_NOT_ALLOWED` if it was refused, and as `request`.
 */
export async function sendText(
  node: LanpeerNode,
  { id, name }: Peer,
  text: string,
  signal: AbortSignal,
): Promise<void> {
  if (!isText(text)) throw new LanpeerError('ERR_TOO_LARGE', `A text has at most ${limits.cli.textBytes} bytes.`);
  try {
    const answer = await node.request(id, textType, text, { signal });
    if (answer !== 'taken') throw new LanpeerError('ERR_NOT_ALLOWED', `${name} does not take that text.`);
  } catch (thrown) {
    const error = asLanpeerError(thrown, 'ERR_INTERNAL');
    if (error.code !== 'ERR_NO_RESPONDER') throw error;
    throw new LanpeerError(error.code, `${name} takes no texts: run lanpeer receive or lanpeer chat there.`);
  }
}
