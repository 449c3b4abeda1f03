import { errorCodes, LanpeerError } from '../../errors.ts';
import { limits } from '../../limits.ts';
import { encodeFailure } from '../../protocol/message.ts';
import { createQueue } from '../../util/queue.ts';
import type { Reply } from './inbound-request.ts';

export interface GroupRefusalsDeps {
  /** For an answer to the peer as it is now. */
  readonly reply: () => Reply;
  /** The peer sends more of them than its window allows. */
  readonly refused: (error: LanpeerError) => void;
}

/** The code of a failure that refuses a message to a group. */
export const notMember = 'ERR_NOT_MEMBER';

interface Held {
  readonly handled: () => void;
  isSettled: boolean;
}

/**
 * Messages of one peer to groups that this node is not in. Each counts as handled when its sender knows that it was refused,
 * and so do those behind it, because only their number is told: the sender hears of no message that it was handled before it
 * hears that it was refused. Nothing waits meanwhile but these counts.
 */
export class GroupRefusals {
  readonly #deps: GroupRefusalsDeps;
  readonly #held = createQueue<Held>();
  /** Of the message that settles next. */
  #told: Promise<unknown> | undefined;

  constructor(deps: GroupRefusalsDeps) {
    this.#deps = deps;
  }

  /** The message of that number, which is about to settle, goes to no handler. */
  refuse(groupNo: number): void {
    if (this.#held.size > limits.messages.inbound)
      this.#deps.refused(new LanpeerError('ERR_PROTOCOL', 'The other end sends more than its window allows.'));
    else this.#told = this.#tell(groupNo);
  }

  /** Resolves when the sender knows, or cannot be told. */
  async #tell(no: number): Promise<void> {
    const reply = this.#deps.reply();
    try {
      const told = await reply('failure', encodeFailure({ no, code: notMember, message: errorCodes[notMember] }));
      await told?.delivered;
    } catch {
      // The session has ended, and with it the message at its sender.
    }
  }

  /** A message has settled. */
  settle(handled: () => void): void {
    const told = this.#told;
    if (told === undefined && this.#held.size === 0) {
      handled();
      return;
    }
    const held = { handled, isSettled: told === undefined };
    this.#told = undefined;
    this.#held.push(held);
    void told?.then(() => {
      held.isSettled = true;
      while (this.#held.at(0)?.isSettled) this.#held.shift()?.handled();
    });
  }
}
