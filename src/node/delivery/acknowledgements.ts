import type { Clock } from '../../environment.ts';
import { limits } from '../../limits.ts';
import type { MessageSession } from '../../protocol/message-session/message-session.ts';
import type { MailboxState } from './mailbox-deps.ts';

export interface AcknowledgementsDeps {
  readonly clock: Clock;
  readonly session: Pick<MessageSession, 'pendingAcknowledgements' | 'acknowledge'>;
  readonly state: Readonly<MailboxState>;
}

/**
 * When pending acknowledgements are written: with the next record, after so many of them, or after a while (as the delayed
 * acknowledgements of RFC 9293 section 3.8.6.3).
 */
export class Acknowledgements {
  readonly #clock: Clock;
  readonly #session: AcknowledgementsDeps['session'];
  readonly #state: Readonly<MailboxState>;
  readonly #flush = (): void => this.flush();
  #timer: unknown;
  /** Bytes of messages that were handled since the last acknowledgement. */
  #handledBytes = 0;
  /** The channel was woken for what is pending, and has not written it yet. */
  #isWoken = false;

  constructor({ clock, session, state }: AcknowledgementsDeps) {
    this.#clock = clock;
    this.#session = session;
    this.#state = state;
  }

  /** There may be one more that is pending. */
  schedule(): void {
    const { pendingAcknowledgements } = this.#session;
    const { channel } = this.#state;
    if (!channel || pendingAcknowledgements === 0) return;
    if (pendingAcknowledgements < limits.messages.ackEvery) {
      this.#isWoken = false;
      this.#timer ??= this.#clock.setTimeout(this.#flush, limits.messages.ackMs);
    } else if (!this.#isWoken) {
      this.cancel();
      this.#handledBytes = 0;
      this.#session.acknowledge();
      // One for all that this turn of the event loop brings: each costs a write.
      channel.wake('later');
      this.#isWoken = true;
    }
  }

  /** A message of so many bytes was handled. The sender of a large one, or of many, may wait for this. */
  noteHandled(bytes: number): void {
    this.#handledBytes += bytes;
    const { promptBytes, aheadBytes } = limits.messages;
    const isPrompt = bytes >= promptBytes || this.#handledBytes >= aheadBytes / 2;
    if (this.#state.channel && isPrompt) this.flush();
    else this.schedule();
  }

  /** Writes what is pending now, if there is a link. */
  flush(): void {
    this.cancel();
    this.#handledBytes = 0;
    if (this.#session.pendingAcknowledgements === 0) return;
    this.#session.acknowledge();
    this.#state.channel?.wake();
  }

  /** The link is gone: the greeting of the next one says what has been received. */
  cancel(): void {
    this.#clock.clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#isWoken = false;
  }
}
