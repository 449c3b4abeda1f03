import type { Fields } from './properties.ts';

/** What a peer says of itself: current values, the last one wins. */
export interface Presence {
  readonly properties: Fields;
  readonly groups: ReadonlySet<string>;
}

/** What this node says of itself; its objects never change. */
export interface OwnPresence {
  /** In CBOR; null for none. */
  readonly properties: Uint8Array | null;
  readonly groups: ReadonlySet<string>;
}

export const noGroups: ReadonlySet<string> = new Set();
