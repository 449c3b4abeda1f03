import { createHash, hkdfSync } from 'node:crypto';
import { LanpeerError } from '../errors.ts';
import { limits } from '../limits.ts';
import { decodeBase32, encodeBase32 } from '../util/base32.ts';
import { type DeviceId, isDeviceId } from './device-id.ts';

/** What an invitation says. */
export interface InvitationFields {
  /** The device that invites. */
  readonly id: DeviceId;
  /** Its signalling port. */
  readonly port: number;
  /** IPv4 addresses at which it may be reached, at least one. */
  readonly addresses: readonly string[];
  /** 16 random bytes. */
  readonly secret: Uint8Array;
}

const prefix = 'lanpeer-pair-';
const version = 1;
const [secretBytes, checkBytes, addressBytes, idBytes] = [16, 3, 4, 32];
/** Version, id, port, number of addresses. */
const headBytes = 1 + idBytes + 2 + 1;
const { addresses: mostAddresses } = limits.invitation;
const mostBytes = headBytes + mostAddresses * addressBytes + secretBytes + checkBytes;
const pattern = /^lanpeer-pair-[a-z2-7]{80,160}$/;

const checkOf = (bytes: Uint8Array): Buffer =>
  createHash('sha256').update(prefix).update(bytes).digest().subarray(0, checkBytes);

/**
 * An invitation as text: `lanpeer-pair-` and base32 of version (1 byte), SHA-256 of the public key (32), port (2), number of
 * addresses (1), addresses (4 each), secret (16) and a check of 24 bits. It is a secret.
 */
export function formatInvitation({ id, port, addresses, secret }: InvitationFields): string {
  const named = addresses.slice(0, mostAddresses);
  const bytes = Buffer.concat([
    Buffer.of(version),
    decodeBase32(id),
    Buffer.of(port >> 8, port & 0xff, named.length),
    ...named.map((address) => Buffer.from(address.split('.').map(Number))),
    secret,
  ]);
  return prefix + encodeBase32(Buffer.concat([bytes, checkOf(bytes)]));
}

const malformed = (detail: string): LanpeerError => new LanpeerError('ERR_INVITATION', `The invitation ${detail}.`);

/** Throws {@link LanpeerError} `ERR_INVITATION`, whose message shows nothing of the text. */
export function parseInvitation(text: unknown): InvitationFields {
  const given = typeof text === 'string' && text.length < 1_024 ? text.trim().toLowerCase() : '';
  if (!pattern.test(given)) throw malformed('is not one: it begins with lanpeer-pair- and comes from `lanpeer pair`');
  const all = Buffer.from(decodeBase32(given.slice(prefix.length)));
  const bytes = all.subarray(0, -checkBytes);
  // The last digit has bits to spare, by which two texts could say the same.
  const isExact = encodeBase32(all) === given.slice(prefix.length);
  if (!isExact || !checkOf(bytes).equals(all.subarray(-checkBytes)))
    throw malformed('is mistyped: its check does not fit');
  if (bytes[0] !== version) throw malformed('is of another version of lanpeer');
  const count = bytes[headBytes - 1] ?? 0;
  const id = encodeBase32(bytes.subarray(1, 1 + idBytes));
  const port = bytes.readUInt16BE(1 + idBytes);
  const at = (no: number): Buffer => bytes.subarray(headBytes + no * addressBytes, headBytes + (no + 1) * addressBytes);
  const addresses = Array.from({ length: Math.min(count, mostAddresses) }, (_, no) => [...at(no)].join('.'));
  const isWhole = bytes.length === headBytes + count * addressBytes + secretBytes && all.length <= mostBytes;
  if (!isWhole || count === 0 || port === 0 || !isDeviceId(id)) throw malformed('is damaged');
  return { id, port, addresses, secret: bytes.subarray(-secretBytes) };
}

/** The key by which an invitation is proven, as a network key is: 32 bytes, HKDF (RFC 5869) of its secret. */
export const pairingKey = (secret: Uint8Array): Uint8Array =>
  Buffer.from(hkdfSync('sha256', secret, Buffer.alloc(0), 'lanpeer/1 pairing', 32));
