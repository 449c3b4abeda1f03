import type { KeyObject } from 'node:crypto';
import type { RTCPeerConnection, UdpTransport } from 'werift';

/**
 * The parts of werift 0.25.2 that the patches reach into and that its types keep private. One place for all of it: an
 * upgrade changes this file first, and each patch has a test that fails without it.
 */

interface Subscription {
  readonly unSubscribe: () => void;
}

interface WeriftEvent<Args extends unknown[]> {
  subscribe(listener: (...args: Args) => void): Subscription;
  once(listener: (...args: Args) => void): Subscription;
  allUnsubscribe(): void;
}

export interface Handshake {
  readonly msg_type: number;
  readonly message_seq: number;
}

/** AEAD of an established DTLS connection. */
export interface RecordCipher {
  clientWriteKey?: Buffer | KeyObject;
  serverWriteKey?: Buffer | KeyObject;
}

export interface DtlsSocket {
  /** 1: client, 2: server. */
  readonly sessionType: number;
  readonly connected: boolean;
  readonly dtls: { readonly flight: number };
  readonly cipher: { readonly cipher?: RecordCipher };
  readonly transport: {
    send: (datagram: Buffer, address?: unknown) => Promise<unknown>;
    readonly socket: { onData: (datagram: Buffer) => void };
  };
  readonly onConnect: WeriftEvent<[]>;
  onHandleHandshakes: (messages: Handshake[]) => Promise<unknown>;
  bufferFragmentedHandshakes: Handshake[];
  /** Clients only. */
  connect?: () => Promise<unknown>;
}

/** One UDP socket of an ICE connection. */
export interface IceSocket {
  /** Undefined until it is bound. */
  transport?: UdpTransport;
  connectionMade: (useIpv4: boolean) => Promise<void>;
  datagramReceived: (datagram: Buffer, from: readonly [string, number]) => void;
}

export interface IcePair {
  readonly remoteAddr: readonly [string, number];
  /** 0 frozen, 1 waiting, 2 in progress, 3 succeeded, 4 failed. */
  readonly state: number;
  readonly localCandidate: { readonly host: string; readonly port: number };
  readonly requestsReceived: number;
}

export interface IceConnection {
  stunServer: unknown;
  readonly localUsername: string;
  readonly localPassword: string;
  readonly remoteUsername: string;
  readonly candidatePairs: readonly IcePair[];
  readonly earlyChecks: readonly unknown[];
  readonly onData: WeriftEvent<[Buffer]>;
  /** Consent checks (RFC 7675) of the pair that was nominated; undefined while there are none. */
  readonly queryConsentHandle?: unknown;
  /** Begins them. */
  queryConsent: () => void;
  /** Nothing is sent to the peer while it is false. */
  consentFresh: boolean;
  /** Begins the next check; true if there may be more to begin, 20 ms later. */
  schedulingChecks: () => boolean;
  /** Called with each socket before it is bound. */
  ensureProtocol: (socket: IceSocket) => void;
}

export interface DtlsTransport {
  readonly dtls: DtlsSocket | undefined;
  readonly iceTransport: { readonly connection: IceConnection };
  start: () => Promise<unknown>;
}

/** A part of an SCTP packet. */
export interface SctpChunk {
  readonly type: number;
  readonly bytes: Buffer;
}

export interface Sctp {
  /** Sends a packet of that one chunk. */
  sendChunk: (chunk: Pick<SctpChunk, 'bytes'>) => Promise<void>;
  /** Makes a SACK and sends it, up to the packet within the call. */
  sendSack: () => Promise<void>;
  /** Data came that is not acknowledged; at once, and in how many packets. */
  sackNeeded: boolean;
  sackImmediate: boolean;
  sackPacketCount: number;
  /** Begins HEARTBEATs (RFC 9260 section 8.3). */
  heartbeatStart: () => void;
  readonly timerHeartbeatHandle?: unknown;
  /** Seconds. */
  rto: number;
  readonly srtt?: number;
  readonly rttvar?: number;
  updateRto: (sample: number) => void;
  cwnd: number;
  localTsn: number;
  lastSackedTsn: number;
  advancedPeerAckTsn: number;
  reconfigRequestSeq: number;
  readonly advertisedRwnd: number;
  readonly sackMisOrdered: ReadonlySet<number>;
  handleData(datagram: Buffer): Promise<unknown>;
  receiveSackChunk: (chunk: { readonly gaps: readonly (readonly [number, number])[] }) => Promise<void>;
  readonly onReceive: WeriftEvent<[stream: number, protocol: number, bytes: Buffer]>;
  /** Write only: the other end of it is the DTLS transport. */
  readonly transport: { onData?: (datagram: Buffer) => void };
}

export interface Internals {
  readonly dtls: DtlsTransport;
  readonly ice: IceConnection;
  readonly sctp: Sctp;
}

interface PrivateFields {
  readonly dtlsTransports: readonly DtlsTransport[];
  readonly sctpTransport?: { readonly sctp: Sctp };
}

/** Of a connection that has its data channel already. Throws if werift is not built as it was. */
export function internalsOf(pc: RTCPeerConnection): Internals {
  const { dtlsTransports, sctpTransport } = pc as unknown as PrivateFields;
  const [dtls] = dtlsTransports;
  if (!dtls || !sctpTransport) throw new Error('werift has no transports yet');
  return { dtls, ice: dtls.iceTransport.connection, sctp: sctpTransport.sctp };
}
