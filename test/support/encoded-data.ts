import { decodeMessage } from '../../src/protocol/message.ts';
import { encodeMessage } from './encoded-messages.ts';

export const encode = (data: unknown): Uint8Array => encodeMessage({ type: 'x', data, timestamp: 1 });

/** What arrives. */
export const carry = (data: unknown): unknown => decodeMessage(encode(data)).data;

/** Why it is refused. */
export function messageOf(data: unknown): string {
  try {
    encode(data);
  } catch (thrown) {
    return (thrown as Error).message;
  }
  return 'taken';
}
