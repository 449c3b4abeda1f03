import type { DatagramSocket, DatagramSource, OpenDatagrams } from '../../adapters/datagrams/port.ts';
import { limits } from '../../limits.ts';
import type { HeardDatagrams } from '../../protocol/probe.ts';
import {
  formatProbeDatagram,
  type ProbeDatagram,
  type ProbeDatagramKind,
  type ProbeSize,
  parseProbeDatagram,
} from '../../protocol/probe-datagram.ts';

export interface DatagramEndOptions {
  readonly open: OpenDatagrams;
  /** IP literal of the other end: what comes from elsewhere is dropped. */
  readonly address: string;
  readonly token: Uint8Array;
  readonly heard: (datagram: ProbeDatagram, from: DatagramSource) => void;
}

/** One end of an exchange of datagrams: a port that is open for a short time, and for few datagrams. */
export class DatagramEnd {
  readonly #options: DatagramEndOptions;
  readonly #counts = new Map<ProbeSize, number>();
  #socket: DatagramSocket | undefined;
  #taken = 0;
  #sent = 0;
  #errno: string | null = null;

  private constructor(options: DatagramEndOptions) {
    this.#options = options;
  }

  /** Rejects with `ERR_LISTEN`. */
  static async open(options: DatagramEndOptions): Promise<DatagramEnd> {
    const end = new DatagramEnd(options);
    end.#socket = await options.open({ datagram: (bytes, from) => end.#take(bytes, from) });
    return end;
  }

  get port(): number {
    return this.#socket?.port ?? 0;
  }

  /** Datagrams that came, by size. */
  get heard(): HeardDatagrams {
    return [...this.#counts].sort(([one], [other]) => one - other);
  }

  /** How many left this machine. */
  get sent(): number {
    return this.#sent;
  }

  /** Why one did not; null: all did. */
  get errno(): string | null {
    return this.#errno;
  }

  send(kind: ProbeDatagramKind, bytes: ProbeSize, port: number): void {
    const { address, token } = this.#options;
    void this.#socket?.send(formatProbeDatagram(token, { kind, bytes }), { address, port }).then((errno) => {
      if (errno === null) this.#sent += 1;
      else this.#errno ??= errno;
    });
  }

  close(): void {
    this.#socket?.close();
  }

  #take(bytes: Uint8Array, from: DatagramSource): void {
    const { address, token, heard } = this.#options;
    this.#taken += 1;
    // Of a flood no more is taken in.
    if (this.#taken >= limits.probes.datagrams) this.close();
    const datagram = from.address === address ? parseProbeDatagram(token, bytes) : undefined;
    if (!datagram) return;
    if (datagram.kind !== 'knock') this.#counts.set(datagram.bytes, (this.#counts.get(datagram.bytes) ?? 0) + 1);
    heard(datagram, from);
  }
}
