import type { SignallingStep } from '../../src/api/diagnostics.ts';
import type { ConnectionChange } from '../../src/api/peers.ts';
import type { Limits } from '../../src/inspector/model/limits.ts';
import { createModel, type Model, type PeerView } from '../../src/inspector/model/model.ts';
import { reduce } from '../../src/inspector/model/reduce.ts';
import type {
  ChangeEvent,
  ConnectionSummary,
  FiguresEvent,
  HelloEvent,
  StepEvent,
  Taken,
  TraceEvent,
  Value,
} from '../../src/inspector/model/trace-events.ts';
import type { DeviceId } from '../../src/protocol/device-id.ts';

export const idOf = (name: string): DeviceId => name.padEnd(52, 'a') as DeviceId;
export const ada = idOf('ada');
export const bob = idOf('bob');

export const hello = (more: Partial<HelloEvent> = {}): HelloEvent => ({
  t: 'hello',
  format: 'lanpeer-trace/2',
  at: 1_000,
  version: '0.1.0',
  id: idOf('own'),
  name: 'desk',
  port: 4_000,
  live: true,
  masked: false,
  ...more,
});

export const about = (more: Partial<ConnectionSummary> = {}): ConnectionSummary => ({
  state: 'connecting',
  reason: 'announced',
  code: null,
  via: null,
  attempt: 1,
  next: null,
  gaveUp: false,
  epoch: 0,
  signallingSessions: 0,
  ...more,
});

export const step = (
  at: number,
  id: string,
  value: Value,
  taken: readonly Taken[] = [],
  more: Partial<StepEvent> = {},
): StepEvent => ({
  t: 'step',
  at,
  actor: `peer:${id}`,
  event: { type: 'hint' },
  value,
  status: 'active',
  taken,
  ...more,
});

export const change = (at: number, id: DeviceId, more: Partial<ConnectionChange> = {}): ChangeEvent => ({
  t: 'change',
  at,
  change: {
    id,
    state: 'connecting',
    previous: 'new',
    reason: 'announced',
    code: null,
    via: null,
    attempt: 1,
    next: null,
    gaveUp: false,
    at,
    ...more,
  },
});

export const dial = (at: number, peer: DeviceId | null): TraceEvent => {
  const made: SignallingStep = { at, peer, step: 'dial', address: '192.0.2.1', port: 4_001 };
  return { t: 'signal', at, step: made };
};

export const streams = { open: 0, opened: 0, accepted: 0, refused: 0, sent: 0, received: 0 };
const none = { messages: { sent: 0, received: 0 }, bytes: { sent: 0, received: 0 } };

export const figures = (at: number, sent: number, peers: FiguresEvent['peers'] = {}): FiguresEvent => ({
  t: 'figures',
  at,
  stats: {
    connections: { new: 0, connecting: 0, connected: 0, failed: 0, closed: 0 },
    signallingSessions: 0,
    messages: {
      ...none.messages,
      sent,
      delivered: 0,
      undelivered: 0,
      dropped: 0,
      refused: 0,
      invalid: 0,
      unhandled: 0,
      handlerErrors: 0,
    },
    bytes: { sent: sent * 100, received: 0 },
    streams,
    groups: { joined: 0, members: 0 },
    refused: {},
    discovery: { packets: 0, dropped: 0, malformed: 0, refused: 0, interfaces: {} },
    notices: {},
  },
  peers,
});

export function reduced(traceEvents: readonly TraceEvent[], limits?: Limits): Model {
  const model = createModel(limits);
  for (const traceEvent of traceEvents) reduce(model, traceEvent);
  return model;
}

export function view(model: Model, id: string): PeerView {
  const found = model.peers.get(id);
  if (!found) throw new Error(`no peer ${id}`);
  return found;
}
