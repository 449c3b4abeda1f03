import type { LanpeerError } from '../../errors.ts';
import type { Carry } from '../../protocol/carrier.ts';
import type { Via } from '../../protocol/via.ts';

/** Facts about one link, from its transport. After `down` nothing more comes. */
export interface TransportListener {
  /** JSON for the other end's {@link TransportLink.signal}, in order. The offerer's first one is the offer. */
  signal(body: unknown): void;
  /** Both descriptions are set: the channel is being opened. */
  negotiated(): void;
  /** Records can flow. Exactly once. */
  open(): void;
  record(bytes: Uint8Array): void;
  /** `bufferedAmount` fell to the low-water mark after it was above it. */
  drain(): void;
  /** The link ended or failed; also when the other end closed it. Not after a local close. */
  down(error: LanpeerError): void;
}

export interface LinkOptions {
  readonly role: 'offerer' | 'answerer';
  /** Address of the other end of the signalling session: an IP literal. */
  readonly remoteAddress: string;
  /** What a transport may send its records over instead of sockets of its own. */
  readonly carry?: Carry;
  /** Makes the offerer's first record, once at most: a transport whose offer carries it asks for it, and only then. */
  readonly firstRecord?: () => Uint8Array;
  readonly listener: TransportListener;
}

/** A pair of addresses over which a link was tried (RFC 8445 section 6.1.2.2), and how far it came. */
export interface CandidatePair {
  /** `address:port` of this end and of the other one. */
  readonly local: string;
  readonly remote: string;
  /** `answered`: a check went there and back. */
  readonly state: 'waiting' | 'checking' | 'answered' | 'failed';
  /** Checks of the other end came over it. */
  readonly heard: boolean;
}

/** One link: one RTCPeerConnection and its data channel, or what stands for them in another transport. */
export interface TransportLink {
  /** A body from the other end; hostile input. A bad one takes the link down with `ERR_PROTOCOL`, it never throws. */
  signal(body: unknown): void;
  /** One record, 1 to {@link Transport.recordBytes} bytes, the caller's again after the call. Dropped when not open. */
  send(record: Uint8Array): void;
  /** Bytes that were given to {@link send} and have not left yet. */
  readonly bufferedAmount: number;
  /** What was tried, of a transport that tries; as it was at its end once that has come. */
  pairs?(): readonly CandidatePair[];
  /** Releases sockets and timers; no listener call after it. Idempotent. */
  close(): Promise<void>;
}

/** A way to carry records between two authenticated nodes: reliable and in order, nothing more is asked of it. */
export interface Transport {
  readonly via: Via;
  /** True if what arrives is already authenticated; else every record is sealed above it. */
  readonly authenticated: boolean;
  /** Largest record, in bytes, seal included. */
  readonly recordBytes: number;
  /** The sender keeps `bufferedAmount` at or under this many bytes. */
  readonly highWater: number;
  open(options: LinkOptions): TransportLink;
}
