/** What is known of the way to one peer. */
export interface PeerFacts {
  /** As it was asked for: an id, or `address:port`. */
  readonly target: string;
}
