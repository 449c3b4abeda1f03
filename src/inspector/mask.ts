import { createHmac, randomBytes } from 'node:crypto';
import { errorCodes, isLanpeerErrorCode } from '../errors.ts';
import { isDeviceId } from '../protocol/device-id.ts';
import { base32Alphabet } from '../util/base32.ts';
import type { TraceEvent } from './model/trace-events.ts';

const deviceId = /[a-z2-7]{52}/g;

type Fields = Readonly<Record<string, unknown>>;

/** The words of a diagnosis name devices and addresses anywhere: only what was looked at is kept, and how it stands. */
function withoutWords(traceEvent: TraceEvent): TraceEvent {
  if (traceEvent.t !== 'diagnosis' || traceEvent.step !== 'done') return traceEvent;
  const { diagnosis } = traceEvent;
  const checks = diagnosis.checks.map(({ id, status }) => ({ id, status, summary: '', evidence: [] }));
  const peer = isDeviceId(diagnosis.peer) ? diagnosis.peer : null;
  return { ...traceEvent, diagnosis: { ...diagnosis, verdict: '', peer, checks } };
}

/**
 * Replaces ids, names and addresses in trace events by others that mean nothing outside of this one recording. The ids keep
 * their order to the node's own: which side makes the offers depends on it, and a replay must come to the same.
 */
export function createMask(ownId: () => string | null): (traceEvent: TraceEvent) => TraceEvent {
  const secret = randomBytes(32);

  /** The same for the same text; up to 63 characters of base32. */
  function hash(real: string, length: number): string {
    const [...bytes] = createHmac('sha512', secret).update(real).digest();
    return bytes
      .slice(0, length)
      .map((byte) => base32Alphabet[byte % 32])
      .join('');
  }

  function idOf(real: string): string {
    const own = ownId() ?? real;
    return `${real === own ? 'm' : real < own ? 'a' : 'z'}${hash(real, 51)}`;
  }

  const word = (kind: string, real: string): string => (real === '' ? '' : `${kind} ${hash(real, 4)}`);
  const replaceIds = (text: string): string => text.replace(deviceId, idOf);

  function masked(key: string, value: unknown, within: Fields): unknown {
    if (typeof value === 'string') {
      if (key === 'name') return word('device', value);
      if (key === 'address' || key === 'addresses' || key === 'source') return word('address', value);
      if (key === 'type' && 'sent' in within && 'received' in within) return word('stream', value);
      if (key === 'message') return isLanpeerErrorCode(within['code']) ? errorCodes[within['code']] : '';
      if (key === 'names') return word('file', value);
      return key === 'groups' ? word('group', value) : replaceIds(value);
    }
    if (key === 'properties') return {};
    if (Array.isArray(value)) return value.map((one) => masked(key, one, within));
    return typeof value === 'object' && value !== null ? maskedFields(value as Fields) : value;
  }

  const maskedFields = (fields: Fields): Fields =>
    Object.fromEntries(Object.entries(fields).map(([key, value]) => [replaceIds(key), masked(key, value, fields)]));

  return (traceEvent) =>
    maskedFields({
      ...withoutWords(traceEvent),
      ...(traceEvent.t === 'hello' && { masked: true }),
    }) as unknown as TraceEvent;
}
