import { createHash } from 'node:crypto';
import * as v from 'valibot';
import { limits } from '../limits.ts';
import { isDeviceId } from './device-id.ts';

const device = v.strictObject({
  id: v.custom<string>(isDeviceId),
  name: v.pipe(v.string(), v.maxBytes(limits.discovery.nameBytes)),
  at: v.pipe(v.number(), v.safeInteger(), v.minValue(0)),
});

const record = v.strictObject({
  version: v.literal(1),
  trusted: v.pipe(v.array(device), v.maxLength(limits.trust.devices), v.readonly()),
  /** The one that was revoked last comes last. */
  revoked: v.pipe(v.array(device), v.maxLength(limits.trust.revoked), v.readonly()),
});

/** Whom a node trusts, and whom it does not trust any more; `at` is when that began, ms since the epoch. */
export type TrustRecord = Pick<v.InferOutput<typeof record>, 'trusted' | 'revoked'>;

export const noTrust: TrustRecord = { trusted: [], revoked: [] };

const digestOf = (body: string): string => createHash('sha256').update(body).digest('hex');

/** JSON, and behind it a line with its SHA-256: a part of the file is not taken for the whole. */
export function formatTrust({ trusted, revoked }: TrustRecord): string {
  const body = `${JSON.stringify({ version: 1, trusted, revoked }, null, 1)}\n`;
  return `${body}sha256 ${digestOf(body)}\n`;
}

/** Undefined for anything that {@link formatTrust} did not write. */
export function parseTrust(text: string): TrustRecord | undefined {
  const at = text.lastIndexOf('\nsha256 ') + 1;
  const body = text.slice(0, at);
  if (text.slice(at) !== `sha256 ${digestOf(body)}\n`) return undefined;
  try {
    const result = v.safeParse(record, JSON.parse(body));
    if (!result.success) return undefined;
    const { trusted, revoked } = result.output;
    return { trusted, revoked };
  } catch {
    return undefined;
  }
}
