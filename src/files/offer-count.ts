import type { Entry } from './entry.ts';
import { refuse } from './frames.ts';
import type { Kept } from './journal-file.ts';
import type { Offer } from './offer.ts';

/** How much of an offer has been taken: never more than was offered, else it throws `ERR_OFFER`. */
export class OfferCount {
  readonly #offer: Offer;
  #entries = 0;
  #files = 0;
  /** Announced by entries. */
  #bytes = 0;

  constructor(offer: Offer) {
    this.#offer = offer;
  }

  get entries(): number {
    return this.#entries;
  }

  get isAll(): boolean {
    return this.#entries === this.#offer.entries;
  }

  /** Those of an earlier run, before any other. */
  begin({ entries, files, bytes }: Kept): void {
    this.#entries = entries;
    this.#files = files;
    this.#bytes = bytes;
    this.#check();
  }

  add({ kind, size }: Entry): void {
    this.#entries += 1;
    this.#bytes += size;
    if (kind !== 'folder') this.#files += 1;
    this.#check();
  }

  #check(): void {
    const { entries, files, bytes } = this.#offer;
    if (this.#entries > entries || this.#files > files || this.#bytes > (bytes ?? 0))
      throw refuse('sends more than it offered');
  }
}
