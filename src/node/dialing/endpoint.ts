/** Where a signalling server may be: an IP literal and a TCP port. */
export interface Endpoint {
  readonly address: string;
  readonly port: number;
  /** Address of the packet that announced it, if nothing but that speaks for it; 127.0.0.1 never counts. */
  readonly source?: string;
  /** It failed since the peer was reached there last. */
  readonly failing?: true;
}

/** Names an endpoint, whichever source spoke of it. */
export const nameOf = ({ address, port }: Endpoint): string => `${address} ${port}`;
