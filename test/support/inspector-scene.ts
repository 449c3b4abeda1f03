import { createHash } from 'node:crypto';
import type { Diagnosis } from '../../src/api/diagnosis.ts';
import type { TraceEvent } from '../../src/inspector/model/trace-events.ts';
import { createPages } from '../../src/inspector/server/pages.ts';
import { servePage } from '../../src/inspector/server/server.ts';
import type { DeviceId } from '../../src/protocol/device-id.ts';
import { base32Alphabet } from '../../src/util/base32.ts';
import { stops } from './inspector-browser.ts';
import { hostileNames, messagesWith, transfersWith } from './inspector-traffic.ts';
import { about, change, figures, hello, step } from './trace-events.ts';

/** An id as real ones are, for a device of that number. */
export const idOfNumber = (number: number): DeviceId =>
  [...createHash('sha512').update(`device ${number}`).digest()]
    .slice(0, 52)
    .map((byte) => base32Alphabet[byte % 32])
    .join('') as DeviceId;

const usualNames = ['kitchen display', 'workshop', 'shelf', 'gate', 'printer'];

export interface SceneOptions {
  readonly peers?: number;
  readonly hostile?: boolean;
  /** A recording: without figures and messages. */
  readonly recorded?: boolean;
  /** Wall clock of its last trace event. */
  readonly until?: number;
}

/** What the first of every five peers does is done by the sixth, too. */
export type Fate = 'upgraded' | 'opened' | 'linking' | 'unreachable' | 'heard';
export const fates: readonly Fate[] = ['upgraded', 'opened', 'linking', 'unreachable', 'heard'];

const address = (number: number): string => `192.0.2.${number}`;
const lastWithPeer = 40;

function link(id: DeviceId, number: number, name: string, at: number, hostile: boolean): TraceEvent[] {
  const properties = hostile ? { [`ключ<script>${'k'.repeat(80)}`]: { a: 'x'.repeat(900) } } : { room: 'kitchen' };
  const type = hostile ? 'x'.repeat(120) : 'film';
  const idle = { arrived: 0, read: 0, credit: 65_536 };
  return [
    change(at + 30, id, { state: 'connected', previous: 'connecting', reason: 'opened', via: 'tls' }),
    { t: 'session', at: at + 30, change: { id, change: 'opened', at: at + 30 } },
    {
      t: 'peer',
      at: at + 30,
      id,
      peer: {
        name,
        via: 'tls',
        address: address(number),
        since: at,
        roundTripMs: 1.5,
        properties,
        groups: hostile ? ['<b>g</b>', 'z'.repeat(64)] : ['displays'],
      },
    },
    {
      t: 'streams',
      at: at + 31,
      id,
      count: 1,
      streams: [
        { number: 0, type, opener: 'local', sent: { written: 500_000, read: 400_000, credit: 65_536 }, received: idle },
      ],
    },
  ];
}

/** Tries again and again. */
function failures(id: DeviceId, number: number, at: number): TraceEvent[] {
  const code = 'ERR_UNREACHABLE';
  const dialed = { at, peer: id, step: 'dial-failed', address: address(number), port: 4_001, code } as const;
  const failed = { state: 'failed', previous: 'connecting', reason: 'unreachable', code } as const;
  return Array.from({ length: 1 + (number % 4) }, (_, index): TraceEvent[] => {
    const [when, attempt] = [at + index * 7, index + 1];
    const next = when + 83_000;
    return [
      { t: 'signal', at: when, step: dialed },
      change(when, id, { ...failed, attempt, next }),
      step(
        when,
        id,
        { failed: 'waiting' },
        [{ from: 'connecting.reaching.dialing', to: 'failed.waiting', label: 'dial.failed' }],
        { about: about({ ...failed, attempt, next }) },
      ),
    ];
  }).flat();
}

function peer(number: number, name: string, at: number, hostile: boolean): TraceEvent[] {
  const id = idOfNumber(number);
  const fate = fates[number % fates.length];
  const device = { name, addresses: [address(number), '2001:db8:1234:5678:9abc:def0:1234:5678'], port: 4_001 };
  const heard: TraceEvent = { t: 'device', at, id, device };
  if (fate === 'heard') return [heard];
  const begun: TraceEvent[] = [
    heard,
    { t: 'actor', at, actor: `peer:${id}`, machine: 'connection', value: 'new', input: {} },
    change(at + 1, id),
    step(at + 1, id, { connecting: 'reaching' }, [{ from: 'new', to: 'connecting.reaching', label: 'connect' }]),
    { t: 'signal', at: at + 2, step: { at: at + 2, peer: id, step: 'dial', address: address(number), port: 4_001 } },
  ];
  if (fate === 'unreachable') return [...begun, ...failures(id, number, at + 20)];
  if (fate === 'linking') return begun;
  const linked = [...begun, ...link(id, number, name, at, hostile)];
  if (fate === 'opened') return linked;
  const upgraded = { state: 'connected', previous: 'connected', reason: 'upgraded', via: 'webrtc' } as const;
  return [...linked, change(at + 40, id, upgraded)];
}

/** What a node with so many peers tells. */
export function sceneOf({ peers = 5, hostile = false, recorded = false, until = Date.now() }: SceneOptions = {}) {
  const names = hostile ? hostileNames : usualNames;
  const begun = until - 60_000;
  const ids = Array.from({ length: peers }, (_, number) => idOfNumber(number));
  const nameOf = (number: number): string =>
    (hostile ? '' : number < 5 ? '' : `${number} `) + names[number % names.length];
  const at = begun + lastWithPeer * peers;
  const running = { from: 'starting', to: 'running.active', label: 'open done' };
  const message = `${hostile ? 'q'.repeat(300) : 'A device could not be reached'}: connect EHOSTUNREACH ${address(4)}:40004, ${'and so on '.repeat(20)}`;
  const diagnosis: Diagnosis = {
    status: 'fault',
    verdict: message,
    cause: 'access',
    checks: (['ok', 'fault', 'unknown'] as const).map((status) => ({
      id: 'access',
      status,
      summary: message,
      evidence: [message, hostile ? hostileNames.join(' ') : 'seen'],
      next: message,
    })),
    peer: ids[0] ?? null,
    listenedMs: 10_000,
    at,
  };
  const traceEvents: TraceEvent[] = [
    hello({ at: begun, name: hostile ? 'W'.repeat(63) : 'desk', live: !recorded }),
    { t: 'actor', at: begun, actor: 'node', machine: 'node', value: 'starting', input: {} },
    {
      t: 'step',
      at: begun,
      actor: 'node',
      event: { type: 'open done' },
      value: { running: 'active' },
      status: 'active',
      taken: [running],
    },
    ...ids.flatMap((_, number) => peer(number, nameOf(number), begun + lastWithPeer * number, hostile)),
    { t: 'signal', at, step: { at, peer: null, step: 'refused', address: address(77), code: 'ERR_NETWORK_KEY' } },
    { t: 'error', at, code: 'ERR_UNREACHABLE', message },
    { t: 'notice', at, change: 'begun', notice: { code: 'ERR_ALONE', message, since: at } },
    { t: 'diagnosis', at, step: 'done', diagnosis },
    ...transfersWith(ids, at, hostile),
  ];
  const connected = ids.filter((_, number) => number % fates.length < 2);
  const more = recorded
    ? []
    : [figures(at, 9), figures(until, 99), ...messagesWith(connected.slice(0, 3), at, hostile)];
  return { ids, traceEvents: [...traceEvents, ...more] };
}

/** Serves the page for trace events of a test's own; resolves with a link. */
export async function serveTraceEvents(traceEvents: readonly TraceEvent[]): Promise<string> {
  const server = await servePage(
    0,
    createPages({ greeting: () => traceEvents, standing: () => [] }, () => Date.now()),
  );
  stops.add(() => server.close());
  return server.link();
}
