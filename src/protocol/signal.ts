import * as v from 'valibot';
import { LanpeerError } from '../errors.ts';
import { limits } from '../limits.ts';
import { probedMessage, probeMessage } from './probe.ts';

const byeReasons = ['disconnect', 'stopping', 'abandoned', 'duplicate', 'instance', 'failed', 'refused'] as const;

/**
 * Why a side leaves on purpose. `abandoned`: its program gave up before there was a link, which keeps no peer away.
 * `refused`: it has room for no more peers. `duplicate`: this signalling session is one too many, the connection stays.
 */
export type ByeReason = (typeof byeReasons)[number];

const epoch = v.pipe(v.number(), v.safeInteger(), v.minValue(1));

/** The name of a transport: one that this version does not know is an offer that it declines. */
const via = v.pipe(v.string(), v.maxLength(limits.signalling.nameChars));

/**
 * Messages on an authenticated signalling session. `body` belongs to the transport: opaque here, checked there.
 * `offer` starts the link of an epoch (only the lower id sends it), `signal` carries the rest of its negotiation,
 * `lost` says that the sender's side of that link is gone, `bye` ends the session deliberately. `probe` and `probed` go to a
 * side that announces the feature. Members that are not known are left out: a later version of lanpeer may say more. The
 * text bounds them all.
 */
export const signalMessage = v.variant('type', [
  v.object({ type: v.literal('offer'), epoch, via, body: v.unknown() }),
  v.object({ type: v.literal('signal'), epoch, body: v.unknown() }),
  v.object({ type: v.literal('lost'), epoch }),
  v.object({
    type: v.literal('bye'),
    reason: v.picklist(byeReasons),
  }),
  probeMessage,
  probedMessage,
]);

export type SignalMessage = v.InferOutput<typeof signalMessage>;

/** Parses one text frame of an authenticated session. Throws {@link LanpeerError} `ERR_PROTOCOL`, nothing else. */
export function parseSignal(text: string): SignalMessage {
  if (Buffer.byteLength(text) > limits.signalling.messageBytes)
    throw new LanpeerError('ERR_PROTOCOL', 'A signalling message is too large.');
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw new LanpeerError('ERR_PROTOCOL', 'A signalling message is not JSON.', { cause });
  }
  const result = v.safeParse(signalMessage, json);
  if (!result.success) throw new LanpeerError('ERR_PROTOCOL', 'A signalling message has an unknown shape.');
  return result.output;
}

/**
 * The text of one message. Throws {@link LanpeerError} `ERR_TOO_LARGE` if the other side would refuse its size
 * (`limits.signalling.messageBytes`), `ERR_DATA` if its body is not JSON.
 */
export function formatSignal(message: SignalMessage): string {
  let text: string;
  try {
    text = JSON.stringify(message);
  } catch (cause) {
    throw new LanpeerError('ERR_DATA', 'The body of a signalling message is not JSON.', { cause });
  }
  if (Buffer.byteLength(text) > limits.signalling.messageBytes)
    throw new LanpeerError('ERR_TOO_LARGE', 'A signalling message is too large.');
  return text;
}
