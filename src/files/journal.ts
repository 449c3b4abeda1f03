import { isDeviceId } from '../protocol/device-id.ts';
import { hashBytes } from './offer.ts';

/** What a receiver keeps of a transfer that is not over, beside its files. */
export interface Journal {
  /** Id of the offer. */
  readonly offer: Uint8Array;
  /** Peer from whom it was taken last. */
  readonly peer: string;
  /** Entries that are complete, from the first one on. */
  readonly entries: number;
}

/** As it was read: what is behind these bytes was not written to its end. */
export interface ReadJournal extends Journal {
  readonly length: number;
}

const title = 'lanpeer files 1';
const newLine = 10;
const plus = 43;
/** Two, and one for each time that another peer went on with it. */
const mostHeads = 1_024;

/** A new journal: lines of text. */
export const journalOf = (offer: Uint8Array, peer: string): string =>
  `${title}\n${Buffer.from(offer).toString('hex')}\n${peerLine(peer)}`;

/** Another peer sends it from now on. */
export const peerLine = (peer: string): string => `peer ${peer}\n`;

/** An entry is complete. */
export const entryLine = '+\n';

/** Undefined for a file that is no journal, or is damaged. */
export function parseJournal(bytes: Uint8Array): ReadJournal | undefined {
  const heads: string[] = [];
  let entries = 0;
  let at = 0;
  for (let end = bytes.indexOf(newLine); end !== -1; end = bytes.indexOf(newLine, at)) {
    // Of a million of these no texts are made.
    if (bytes[at] === plus && end === at + 1 && heads.length > 2) entries += 1;
    else if (heads.push(Buffer.from(bytes.subarray(at, end)).toString('latin1')) > mostHeads) return undefined;
    at = end + 1;
  }
  const [first, second = '', ...peers] = heads;
  const offer = Buffer.from(second, 'hex');
  if (first !== title || offer.byteLength !== hashBytes || second !== offer.toString('hex')) return undefined;
  const ids = peers.map((line) => (line.startsWith('peer ') ? line.slice(5) : ''));
  const peer = ids.at(-1);
  if (peer === undefined || !ids.every(isDeviceId)) return undefined;
  return { offer: new Uint8Array(offer), peer, entries, length: at };
}
