import { isUtf8 } from 'node:buffer';
import { limits } from '../limits.ts';
import { type DeviceId, isDeviceId } from './device-id.ts';
import { formatIncarnation, type Incarnation, parseIncarnation } from './incarnation.ts';

/** What the TXT record of an announcement says (RFC 6763 section 6). */
export interface TxtFields {
  /** Major version of the protocol, `v`. */
  readonly version: number;
  readonly id: DeviceId;
  /** `i` */
  readonly incarnation: Incarnation;
  /** `n`; null for a node without a network key. */
  readonly networkTag: string | null;
  readonly name: string;
}

const tagPattern = /^[a-z2-7]{26}$/;
const versionPattern = /^[0-9]{1,4}$/;

/** Keys and values; each pair has at most 255 bytes, as the record demands. */
export function formatTxt({ version, id, incarnation, networkTag, name }: TxtFields): Record<string, string> {
  return {
    v: String(version),
    id,
    i: formatIncarnation(incarnation),
    ...(networkTag !== null && { n: networkTag }),
    name: Buffer.from(name).toString('base64url'),
  };
}

/** The fields of a TXT record as it was heard, strings of `key=value`; undefined if it is not ours or not whole. */
export function parseTxt(strings: readonly Uint8Array[]): TxtFields | undefined {
  const values = new Map<string, string>();
  for (const bytes of strings.slice(0, limits.discovery.txtPairs)) {
    if (bytes.byteLength > limits.discovery.txtValueBytes) return undefined;
    const text = Buffer.from(bytes).toString('latin1');
    const at = text.indexOf('=');
    // Keys have no case, and the first of a key counts (RFC 6763 section 6.4).
    const key = text.slice(0, Math.max(0, at)).toLowerCase();
    if (key !== '' && !values.has(key)) values.set(key, text.slice(at + 1));
  }
  const id = values.get('id');
  const incarnation = parseIncarnation(values.get('i') ?? '');
  const version = values.get('v') ?? '';
  const tag = values.get('n') ?? null;
  if (!isDeviceId(id) || !incarnation || !versionPattern.test(version)) return undefined;
  if (tag !== null && !tagPattern.test(tag)) return undefined;
  const name = Buffer.from(values.get('name') ?? '', 'base64url');
  // Bytes that are no UTF-8 would become more characters, and be passed on as others than came.
  if (name.byteLength > limits.discovery.nameBytes || !isUtf8(name)) return undefined;
  return { version: Number(version), id, incarnation, networkTag: tag, name: name.toString('utf8') };
}
