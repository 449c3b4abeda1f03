import type { MessageKind } from '../../protocol/frame-types.ts';
import type { Payload } from '../../protocol/payload.ts';
import type { Acknowledgements } from './acknowledgements.ts';
import type { MessageReceiver } from './mailbox-deps.ts';

/** Messages that are given to the program, and session messages among them whose handlers have not settled. */
export class Deliveries {
  readonly #receiver: MessageReceiver;
  readonly #acknowledgements: () => Acknowledgements;
  #running = 0;

  constructor(receiver: MessageReceiver, acknowledgements: () => Acknowledgements) {
    this.#receiver = receiver;
    this.#acknowledgements = acknowledgements;
  }

  /** Session messages whose handlers have not settled. */
  get running(): number {
    return this.#running;
  }

  /** Throws what the receiver throws: then it is not delivered. */
  deliver(kind: MessageKind, payload: Payload, handled: () => void): void {
    const isMessage = kind === 'message';
    this.#receiver.receive(kind, payload, () => {
      if (isMessage) this.#running -= 1;
      handled();
      if (isMessage) this.#acknowledgements().noteHandled(payload.byteLength);
      else this.#acknowledgements().schedule();
    });
    // Behind it: one that is refused by a throw is with no handler.
    if (isMessage) this.#running += 1;
  }
}
