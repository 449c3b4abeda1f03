import type { Entry } from './entry.ts';
import type { Offer } from './offer.ts';

/** A file that is open. */
export interface EntryReader {
  /** Fills the memory from that position on; fewer bytes than fit mean the end. What is read once is read in order. */
  read(into: Uint8Array, position: number): Promise<number>;
  /** Resolves if it is still what was offered. Rejects with `ERR_FILE_CHANGED`. */
  check(): Promise<void>;
  close(): Promise<void>;
}

export interface SourceEntry extends Entry {
  /** Of a file. Rejects with `ERR_FILE` or `ERR_FILE_CHANGED`. */
  open(): Promise<EntryReader>;
}

/** What is sent: each time that it is asked for, the same entries in the same order. */
export interface FileSource {
  readonly offer: Offer;
  /** Rejects with `ERR_FILE`, or with `ERR_FILE_CHANGED` where they are not the ones of the offer. */
  entries(): AsyncIterable<SourceEntry>;
}
