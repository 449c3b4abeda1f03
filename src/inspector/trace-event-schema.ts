import * as v from 'valibot';
import { limits } from '../limits.ts';
import { knownTransports } from '../protocol/via.ts';
import type { Value } from './model/trace-events.ts';

const at = v.pipe(v.number(), v.finite());
const text = v.pipe(v.string(), v.maxLength(4_096));
const path = v.pipe(v.string(), v.maxLength(256));
const count = v.pipe(v.number(), v.finite());
const state = v.picklist(['new', 'connecting', 'connected', 'failed', 'closed']);
const via = v.picklist(knownTransports);

/** A state value, as deep as any machine of ours could be. */
function stateValue(depth: number): v.GenericSchema<Value> {
  return depth === 0
    ? path
    : v.union([
        path,
        v.record(
          path,
          v.lazy(() => stateValue(depth - 1)),
        ),
      ]);
}
const value = stateValue(6);

const transition = {
  state,
  reason: text,
  code: v.nullable(text),
  via: v.nullable(via),
  attempt: count,
  next: v.nullable(count),
  gaveUp: v.boolean(),
};
const about = v.optional(v.looseObject({ ...transition, epoch: count, signallingSessions: count }));
const change = v.looseObject({ ...transition, id: text, previous: v.nullable(state), at });
const machine = v.picklist(['node', 'connection']);
const standing = { actor: text, machine, value, about };
/** As text it has some characters more than in CBOR. */
const properties = v.pipe(
  v.record(text, v.unknown()),
  v.check((value) => JSON.stringify(value).length <= 8 * limits.presence.propertiesBytes),
);
const peer = v.looseObject({
  name: text,
  via,
  address: text,
  since: count,
  roundTripMs: v.nullable(count),
  // Missing in files of versions before.
  properties: v.optional(properties),
  groups: v.optional(v.pipe(v.array(text), v.maxLength(limits.presence.groups))),
});
const device = v.looseObject({ name: text, addresses: v.array(text), port: count });
const notice = v.looseObject({ code: text, message: text, since: count });
const stream = v.looseObject({
  number: count,
  type: text,
  opener: v.picklist(['local', 'remote']),
  sent: v.looseObject({ written: count, read: count, credit: count }),
  received: v.looseObject({ arrived: count, read: count, credit: count }),
});
const status = v.picklist(['ok', 'fault', 'unknown']);
const check = v.looseObject({
  id: text,
  status,
  summary: text,
  evidence: v.pipe(v.array(text), v.maxLength(1_024)),
  next: v.optional(text),
});
const diagnosis = v.looseObject({
  status,
  verdict: text,
  cause: v.nullable(text),
  checks: v.pipe(v.array(check), v.maxLength(64)),
  peer: v.nullable(text),
  listenedMs: count,
  at,
});
const transfer = v.looseObject({
  number: count,
  direction: v.picklist(['send', 'receive']),
  peerId: text,
  state: v.picklist(['waiting', 'checking', 'moving', 'away', 'done', 'failed']),
  names: v.pipe(v.array(text), v.maxLength(256)),
  items: count,
  files: count,
  bytes: v.nullable(count),
  filesDone: count,
  bytesDone: count,
  keptBytes: count,
  since: count,
  code: v.nullable(text),
});
const diagnosisEvent = { t: v.literal('diagnosis'), at };
const draws = v.optional(v.array(v.number()));

/** Trace events of a file: what a page and a replay rely on; facts beyond that are shown as they are. */
export const traceEventSchema = v.variant('t', [
  v.looseObject({
    t: v.literal('hello'),
    at,
    format: v.string(),
    version: text,
    id: v.nullable(text),
    name: text,
    port: count,
    masked: v.boolean(),
  }),
  v.looseObject({ t: v.literal('actor'), at, ...standing, input: v.record(v.string(), v.unknown()) }),
  v.looseObject({
    t: v.literal('step'),
    at,
    actor: text,
    event: v.looseObject({ type: text }),
    value,
    status: v.picklist(['active', 'done', 'stopped', 'error']),
    taken: v.pipe(v.array(v.object({ from: path, to: path, label: text })), v.maxLength(64)),
    about,
    drawn: v.optional(v.object({ random: draws, monotonic: draws, now: draws })),
  }),
  v.looseObject({ t: v.literal('change'), at, change }),
  v.looseObject({ t: v.literal('peer'), at, id: text, peer: v.nullable(peer) }),
  v.looseObject({ t: v.literal('device'), at, id: text, device: v.nullable(device) }),
  v.looseObject({ t: v.literal('session'), at, change: v.looseObject({ id: text, change: text, at }) }),
  v.looseObject({ t: v.literal('signal'), at, step: v.looseObject({ at, peer: v.nullable(text), step: text }) }),
  v.looseObject({ t: v.literal('error'), at, code: text, message: text }),
  v.looseObject({ t: v.literal('notice'), at, change: v.picklist(['begun', 'changed', 'ended']), notice }),
  v.looseObject({ t: v.literal('streams'), at, id: text, streams: v.pipe(v.array(stream), v.maxLength(256)), count }),
  v.looseObject({ t: v.literal('transfers'), at, transfers: v.pipe(v.array(transfer), v.maxLength(256)), count }),
  v.variant('step', [
    v.looseObject({ ...diagnosisEvent, step: v.literal('begun') }),
    v.looseObject({ ...diagnosisEvent, step: v.literal('done'), diagnosis }),
    v.looseObject({ ...diagnosisEvent, step: v.literal('failed'), code: text, message: text }),
  ]),
  v.looseObject({ t: v.literal('gap'), at, left: count }),
  v.looseObject({
    t: v.literal('state'),
    at,
    node: v.looseObject({ id: v.nullable(text), port: count }),
    actors: v.array(v.looseObject(standing)),
    peers: v.array(v.looseObject({ id: text, peer })),
    devices: v.array(v.looseObject({ id: text, device })),
    notices: v.optional(v.array(notice)),
  }),
  v.looseObject({ t: v.literal('end'), at }),
]);
