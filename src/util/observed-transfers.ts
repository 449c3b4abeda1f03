/** Files on their way to a peer, or from one, as those who look at a node see them. */
export interface ObservedTransfer {
  /** Of those that carry out the transfers of a node; starts with 1. */
  readonly number: number;
  readonly direction: 'send' | 'receive';
  readonly peerId: string;
  /**
   * `waiting`: for an answer to the offer. `checking`: pieces that the receiver has are compared. `moving`: bytes are on their
   * way. `away`: the sender waits for the peer to come back.
   */
  readonly state: 'waiting' | 'checking' | 'moving' | 'away' | 'done' | 'failed';
  /** What was named by the sender. */
  readonly names: readonly string[];
  readonly items: number;
  readonly files: number;
  /** Null where it is known only at the end. */
  readonly bytes: number | null;
  readonly filesDone: number;
  readonly bytesDone: number;
  /** Of {@link bytesDone}, what the receiver had already. */
  readonly keptBytes: number;
  /** Wall clock, ms. */
  readonly since: number;
  /** Why it failed. */
  readonly code: string | null;
}

interface Transfers {
  readonly all: readonly ObservedTransfer[];
}

/** A node does not know what is built upon it; who looks at one may ask here. */
const known = new WeakMap<object, Set<Transfers>>();

/** Those of that node can be looked at from now on, for as long as the node is there. */
export function showTransfers(node: object, transfers: Transfers): void {
  const shown = known.get(node) ?? new Set();
  known.set(node, shown.add(transfers));
}

/** The transfers of that node that are under way, and the last ones that are over. */
export const transfersOf = (node: object): readonly ObservedTransfer[] =>
  [...(known.get(node) ?? [])].flatMap(({ all }) => all);
