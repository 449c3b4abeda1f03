import { timingSafeEqual } from 'node:crypto';
import { limits } from '../limits.ts';

/** `knock` comes unasked, `there` goes to the side that was asked, `back` answers one of these with as many bytes. */
const kinds = ['knock', 'there', 'back'] as const;
export type ProbeDatagramKind = (typeof kinds)[number];

const { tokenBytes, sizes } = limits.probes;

/** A size of {@link limits.probes}. */
export type ProbeSize = (typeof sizes)[number];

export interface ProbeDatagram {
  readonly kind: ProbeDatagramKind;
  /** Length of the whole payload. */
  readonly bytes: ProbeSize;
}

const isSize = (bytes: number): bytes is ProbeSize => (sizes as readonly number[]).includes(bytes);

/** The token, the kind in one byte, and zeros up to that many bytes. */
export function formatProbeDatagram(token: Uint8Array, { kind, bytes }: ProbeDatagram): Uint8Array {
  const datagram = new Uint8Array(bytes);
  datagram.set(token);
  datagram[tokenBytes] = kinds.indexOf(kind);
  return datagram;
}

/** Undefined for what is no datagram of the exchange with that token. Costs the same however long it is. */
export function parseProbeDatagram(token: Uint8Array, datagram: Uint8Array): ProbeDatagram | undefined {
  const { byteLength: bytes } = datagram;
  if (!isSize(bytes) || !timingSafeEqual(datagram.subarray(0, tokenBytes), token)) return undefined;
  const kind = kinds[datagram[tokenBytes] ?? kinds.length];
  return kind && { kind, bytes };
}
