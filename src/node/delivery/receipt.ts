import type { DeliveryOutcome, Receipt } from '../../api/messages.ts';

/** The outcome of one message. Its promise is made when the program asks for it, which few programs do. */
export class MessageReceipt implements Receipt {
  #outcome: DeliveryOutcome | undefined;
  #delivered: PromiseWithResolvers<DeliveryOutcome> | undefined;

  get delivered(): Promise<DeliveryOutcome> {
    this.#delivered ??= Promise.withResolvers<DeliveryOutcome>();
    if (this.#outcome) this.#delivered.resolve(this.#outcome);
    return this.#delivered.promise;
  }

  settle(outcome: DeliveryOutcome): void {
    this.#outcome = outcome;
    this.#delivered?.resolve(outcome);
  }
}
