import type { DeviceId } from '../../../protocol/device-id.ts';

/** Receives what comes over a {@link Wire}. After `closed` nothing more comes. */
export interface WireListener {
  /** A text message of the WebSocket. */
  text(text: string): void;
  /** A binary message; the bytes are the listener's. */
  bytes(bytes: Uint8Array): void;
  /** A message that no peer sends: too large, or against RFC 6455. */
  invalid(): void;
  /** A ping of the other end; the wire sends the pong by itself. */
  ping(): void;
  pong(): void;
  /** Exactly once, also after a local close. */
  closed(): void;
}

/** An open WebSocket as authentication and session see it: messages in order, until either end closes. */
export interface Wire {
  /** False once either end began to close. */
  readonly open: boolean;
  /** Bytes that were given to {@link send} and {@link sendBytes} and are still buffered here. */
  readonly bufferedAmount: number;
  /** Nothing comes before the first call; a later call replaces the listener. */
  listen(listener: WireListener): void;
  /** Dropped when not open. */
  send(text: string): void;
  /**
   * The same for a binary message. `onDrained` is called when none of its bytes is buffered, not within the call: until then
   * they must not change.
   */
  sendBytes(bytes: Uint8Array, onDrained: () => void): void;
  ping(): void;
  /** Closes when all that was sent has arrived and the other end agreed. */
  close(): void;
  /** Closes at once. */
  terminate(): void;
}

/** What is proven of the other end of a wire. */
export interface ProvenEnd {
  readonly id: DeviceId;
  /** 32 bytes that only the two ends of the wire know. */
  readonly secret: Uint8Array;
  readonly address: string;
}

/** An open wire, and what is proven of its other end. */
export interface ConnectedWire extends ProvenEnd {
  readonly wire: Wire;
}

/** A wire that this side opened. */
export interface DialedWire extends ConnectedWire {
  /** The other end's first frame, if it came while the wire was opened. */
  readonly welcome?: string | undefined;
}
