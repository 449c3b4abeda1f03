import { LanpeerError, type LanpeerErrorCode } from '../../errors.ts';
import { limits } from '../../limits.ts';
import type { EndReason } from '../../protocol/byte-stream/frame-types.ts';
import { codeOf, textOf } from '../../util/thrown.ts';

const { reasonChars, codeChars } = limits.streams;

const cut = (text: string, chars: number): string => text.slice(0, chars).toWellFormed();

/** What a program gave as its reason, for the other side. */
export const reasonOf = (kind: EndReason['kind'], given: unknown): EndReason => ({
  kind,
  code: cut(codeOf(given) ?? '', codeChars),
  text: given === undefined ? '' : cut(textOf(given), reasonChars),
});

const whats: Readonly<Record<EndReason['kind'], { readonly code: LanpeerErrorCode; readonly what: string }>> = {
  aborted: { code: 'ERR_STREAM_ABORTED', what: 'The program at the peer aborted the stream' },
  failed: { code: 'ERR_STREAM_ABORTED', what: 'The program at the peer that accepted the stream threw' },
  refused: { code: 'ERR_STREAM_REFUSED', what: 'The program at the peer accepts no streams of that type' },
  busy: { code: 'ERR_BUSY', what: 'Too many streams are open at the peer' },
};

/**
 * What the other side ended a direction with, as an error.
 *
 * @param bytes Of those that this side wrote, how many the other program has read.
 */
export function errorOfReason({ kind, code, text }: EndReason, bytes: number): LanpeerError {
  const { code: own, what } = whats[kind];
  const message = text === '' ? `${what}.` : `${what}: ${text}`;
  return new LanpeerError(own, message, { bytes, ...(code !== '' && { remoteCode: code }) });
}
