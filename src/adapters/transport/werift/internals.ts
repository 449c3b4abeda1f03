import type { RTCPeerConnection } from 'werift';

/**
 * The parts of werift 0.25.2 that the guards reach into and that its types keep private. One place for all of it: an
 * upgrade changes this file first, and each guard has a test that fails without it.
 */

interface Subscription {
  readonly unSubscribe: () => void;
}

interface WeriftEvent<Args extends unknown[]> {
  subscribe(listener: (...args: Args) => void): Subscription;
  allUnsubscribe(): void;
}

export interface Handshake {
  readonly msg_type: number;
  readonly message_seq: number;
  readonly fragment_length: number;
  readonly length: number;
}

export interface DtlsSocket {
  /** 1: client, 2: server. */
  readonly sessionType: number;
  readonly connected: boolean;
  readonly dtls: { readonly flight: number };
  readonly transport: {
    send: (datagram: Buffer, address?: unknown) => Promise<unknown>;
    readonly socket: { onData: (datagram: Buffer) => void; readonly closed?: boolean };
  };
  readonly onClose: WeriftEvent<[]>;
  readonly onError: WeriftEvent<[unknown]>;
  onHandleHandshakes: (messages: Handshake[]) => Promise<unknown>;
  bufferFragmentedHandshakes: Handshake[];
  udpOnMessage(datagram: Buffer): void;
  /** Clients only. */
  connect?: () => Promise<unknown>;
}

export interface IceConnection {
  stunServer: unknown;
  readonly localUsername: string;
  readonly remoteUsername: string;
  readonly onData: WeriftEvent<[Buffer]>;
}

export interface DtlsTransport {
  readonly state: string;
  readonly dtls: DtlsSocket | undefined;
  readonly iceTransport: { readonly connection: IceConnection };
  readonly onStateChange: WeriftEvent<[string]>;
  start: () => Promise<unknown>;
}

export interface Sctp {
  /** Seconds. */
  rto: number;
  readonly srtt?: number;
  readonly rttvar?: number;
  updateRto: (roundTrip: number) => void;
  timer1Start: (chunk: unknown) => unknown;
  timer1Cancel(): void;
  handleData(datagram: Buffer): Promise<unknown>;
  readonly onReceive: WeriftEvent<[number, number, Buffer]>;
  readonly transport: { onData?: (datagram: Buffer) => void };
  readonly stateChanged: { readonly closed: WeriftEvent<[]> };
}

export interface Internals {
  readonly dtls: DtlsTransport;
  readonly ice: IceConnection;
  readonly sctp: Sctp;
}

interface Insides {
  readonly dtlsTransports: readonly DtlsTransport[];
  readonly sctpTransport?: { readonly sctp: Sctp };
}

/** Of a connection that has its data channel already. Throws if werift is not built as it was. */
export function internalsOf(pc: RTCPeerConnection): Internals {
  const { dtlsTransports, sctpTransport } = pc as unknown as Insides;
  const [dtls] = dtlsTransports;
  if (!dtls || !sctpTransport) throw new Error('werift has no transports yet');
  return { dtls, ice: dtls.iceTransport.connection, sctp: sctpTransport.sctp };
}
