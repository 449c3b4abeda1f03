/** What comes over a {@link Wire}. After `closed` nothing more does. */
export interface WireListener {
  text(text: string): void;
  /** A binary frame; the bytes are the listener's. */
  bytes(bytes: Uint8Array): void;
  /** A frame that no peer sends: too large, or against RFC 6455. */
  garbage(): void;
  /** The other end asked whether this one lives; the wire answers by itself. */
  asked(): void;
  /** The other end answered. */
  answered(): void;
  /** Exactly once, also after a local close. */
  closed(): void;
}

/** An open WebSocket as authentication and session see it: frames in order, until either end closes. */
export interface Wire {
  /** False once either end began to close. */
  readonly open: boolean;
  /** Bytes that were sent and have not left yet. */
  readonly bufferedAmount: number;
  /** Nothing comes before the first call; a later one takes over from the listener before. */
  listen(listener: WireListener): void;
  /** Dropped when not open. */
  send(text: string): void;
  /** The same for a binary frame; `left` is called when its bytes have left, not within the call. */
  sendBytes(bytes: Uint8Array, left: () => void): void;
  /** Asks whether the other end lives. */
  ask(): void;
  /** Closes when everything sent has arrived and the other end agreed. */
  close(): void;
  /** Closes at once. */
  terminate(): void;
}
