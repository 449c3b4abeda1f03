import type { LanpeerNode } from '../../api/node.ts';
import { limits } from '../../limits.ts';

/** Type of the request that brings a text for a person; its answer says whether it was taken. */
export const textType = 'lanpeer/text';

export type TextAnswer = 'taken' | 'refused';

/** A text that a person sent. */
export interface ReceivedText {
  readonly from: string;
  /** What the sender calls itself. */
  readonly name: string;
  readonly text: string;
}

export const isText = (data: unknown): data is string =>
  typeof data === 'string' && Buffer.byteLength(data) <= limits.cli.textBytes;

/**
 * Takes the texts that peers send. What is none, or too long, is refused.
 * @param take Settles when it is shown; the sender hears of it then.
 */
export function takeTexts(node: LanpeerNode, take: (text: ReceivedText) => Promise<void> | void): () => void {
  return node.respond(textType, async ({ senderId, data }): Promise<TextAnswer> => {
    if (!isText(data)) return 'refused';
    await take({ from: senderId, name: node.peers.get(senderId)?.name ?? senderId, text: data });
    return 'taken';
  });
}
