import * as message from '../../src/protocol/message.ts';
import { inOnePiece } from '../../src/protocol/payload.ts';

/** Messages as they go over a link, in one piece. */
export const encodeMessage = (...args: Parameters<typeof message.encodeMessage>): Uint8Array =>
  inOnePiece(message.encodeMessage(...args));

export const encodeRequest = (...args: Parameters<typeof message.encodeRequest>): Uint8Array =>
  inOnePiece(message.encodeRequest(...args));

export const encodeResponse = (...args: Parameters<typeof message.encodeResponse>): Uint8Array =>
  inOnePiece(message.encodeResponse(...args));
