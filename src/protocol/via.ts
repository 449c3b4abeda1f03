/** What a transport can do, besides carrying the records of a link. */
export interface TransportCapabilities {
  /** The signalling session carries its records: it needs no port of its own, and ends with that session. */
  readonly carriedBySession: boolean;
}

/** The transports that this version knows, by the names that they have on the wire. */
const known = {
  webrtc: { carriedBySession: false },
  tls: { carriedBySession: true },
} as const satisfies Readonly<Record<string, TransportCapabilities>>;

/** What carries the records of a link. */
export type Via = keyof typeof known;

export const knownTransports: readonly Via[] = Object.keys(known) as Via[];

/** Those of a node whose options name none, in order of preference. */
export const defaultTransports: readonly Via[] = ['webrtc', 'tls'];

/** False for a name that a later version may give. */
export const isKnownTransport = (name: unknown): name is Via => knownTransports.some((via) => via === name);

export const capabilitiesOf = (via: Via): TransportCapabilities => known[via];
