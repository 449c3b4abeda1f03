import * as v from 'valibot';
import { isLanpeerErrorCode, LanpeerError, type LanpeerErrorCode } from '../errors.ts';
import { limits } from '../limits.ts';
import { isDeviceId } from './device-id.ts';
import { formatIncarnation, type Incarnation, parseIncarnation } from './incarnation.ts';

/** Major version of the signalling protocol; sides that differ in it refuse each other with `ERR_VERSION`. */
export const protocolVersion = 3;

const refusals = [
  'ERR_SELF',
  'ERR_IDENTITY_MISSING',
  'ERR_IDENTITY_MISMATCH',
  'ERR_NETWORK_KEY',
  'ERR_NOT_ALLOWED',
  'ERR_NOT_TRUSTED',
  'ERR_INVITATION',
  'ERR_PROTOCOL',
  'ERR_VERSION',
  'ERR_BUSY',
  'ERR_TIMEOUT',
  'ERR_INTERNAL',
] as const satisfies readonly LanpeerErrorCode[];

/** The codes with which one side may refuse the other; a subset of the stable codes. */
export type RefusalCode = (typeof refusals)[number];

/** A code that came from the other side: itself if it is one that makes sense in a refusal, else `ERR_PROTOCOL`. */
export function refusalCode(said: unknown): RefusalCode {
  return isLanpeerErrorCode(said) ? (refusals.find((code) => code === said) ?? 'ERR_PROTOCOL') : 'ERR_PROTOCOL';
}

const incarnation = v.pipe(
  v.string(),
  v.rawTransform<string, Incarnation>(({ dataset, addIssue, NEVER }) => {
    const parsed = parseIncarnation(dataset.value);
    if (parsed) return parsed;
    addIssue({ message: 'not an incarnation' });
    return NEVER;
  }),
);

/** Those that this version does not know are kept, and mean nothing. */
const names = v.pipe(
  v.array(v.pipe(v.string(), v.maxLength(limits.signalling.nameChars))),
  v.maxLength(limits.signalling.names),
  v.readonly(),
);

const greeting = v.pipe(
  v.object({
    /** The word of the wire for an incarnation. */
    instance: incarnation,
    name: v.pipe(v.string(), v.maxBytes(limits.discovery.nameBytes)),
    port: v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(65_535)),
    held: v.pipe(v.number(), v.safeInteger(), v.minValue(0)),
    features: names,
    transports: names,
  }),
  v.transform(({ instance, ...others }) => ({ incarnation: instance, ...others })),
);

/** What a side says of itself once the other side is authorised; the wire form of the port's `Greeting`. */
export type GreetingFields = v.InferOutput<typeof greeting>;

const proof = v.exactOptional(v.pipe(v.string(), v.maxLength(64)));
const deviceId = v.custom<string>(isDeviceId);

// Members that are not known are left out: a later version of lanpeer may say more. The text bounds them all.
const frame = v.variant('type', [
  v.object({ type: v.literal('hello'), version: v.literal(protocolVersion), to: deviceId, proof, pairing: proof }),
  v.object({ type: v.literal('welcome'), proof, pairing: proof, greeting }),
  v.object({ type: v.literal('ready'), greeting }),
  v.object({ type: v.literal('refuse'), code: v.unknown() }),
]);

/**
 * Frames of the authentication that follows the upgrade. `hello`: the dialer names whom it means to reach and proves
 * the network key. `welcome`: the listener, having verified, proves it too and greets. `ready`: the dialer, having
 * verified, greets. `refuse`: either side, instead of any of them. A side without a network key sends no proof.
 * `pairing` proves an invitation in the same way.
 */
export type GreetingFrame = v.InferOutput<typeof frame>;

const otherVersion = v.object({
  type: v.literal('hello'),
  version: v.pipe(v.number(), v.safeInteger(), v.notValue(protocolVersion)),
});

/** One text frame of the authentication. Throws {@link LanpeerError} `ERR_PROTOCOL` or `ERR_VERSION`, nothing else. */
export function parseGreetingFrame(text: string): GreetingFrame {
  if (Buffer.byteLength(text) > limits.unauthenticated.bytes)
    throw new LanpeerError('ERR_PROTOCOL', 'A frame of the authentication is too large.');
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw new LanpeerError('ERR_PROTOCOL', 'A frame of the authentication is not JSON.', { cause });
  }
  // Another major version may have other fields, so that its hello must be told from garbage before its shape is.
  if (v.is(otherVersion, json)) throw new LanpeerError('ERR_VERSION');
  const result = v.safeParse(frame, json);
  if (!result.success) throw new LanpeerError('ERR_PROTOCOL', 'A frame of the authentication has an unknown shape.');
  return result.output;
}

/**
 * The text of one frame. Throws {@link LanpeerError} `ERR_INTERNAL` if this side's own greeting has values that the
 * other side would refuse.
 */
export function formatGreetingFrame(value: GreetingFrame): string {
  if (!('greeting' in value)) return JSON.stringify(value);
  const { name, port, held, features, transports } = value.greeting;
  const wire = { instance: formatIncarnation(value.greeting.incarnation), name, port, held, features, transports };
  if (!v.is(greeting, wire)) throw new LanpeerError('ERR_INTERNAL', 'The greeting of this node is out of bounds.');
  return JSON.stringify({ ...value, greeting: wire });
}
