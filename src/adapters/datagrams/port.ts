/** Where a datagram came from. */
export interface DatagramSource {
  /** IP literal. */
  readonly address: string;
  readonly port: number;
}

export interface DatagramListener {
  /** Its memory is used again after the call. */
  datagram(bytes: Uint8Array, from: DatagramSource): void;
}

/** A UDP socket (RFC 768) of this machine. */
export interface DatagramSocket {
  readonly port: number;
  /** Resolves when it has left this process: with null, or with why it cannot (`EPERM`, `EMSGSIZE`). Never rejects. */
  send(bytes: Uint8Array, to: DatagramSource): Promise<string | null>;
  /** Nothing comes after it. Idempotent. */
  close(): void;
}

/** Opens sockets on any free port. Rejects with `ERR_LISTEN`. */
export type OpenDatagrams = (listener: DatagramListener) => Promise<DatagramSocket>;
