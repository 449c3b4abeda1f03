import type { MessageMap } from '../../api/messages.ts';
import type { LanpeerNode } from '../../api/node.ts';
import type { NodeStats } from '../../api/stats.ts';
import { asLanpeerError, LanpeerError } from '../../errors.ts';
import { limits } from '../../limits.ts';
import type { AccessPolicy } from '../../protocol/access.ts';
import type { DeviceId } from '../../protocol/device-id.ts';
import { encodeProperties } from '../../protocol/presence/properties.ts';
import { countGroups, groupsIn } from '../../streams/group-streams.ts';
import { transfersOf } from '../../util/observed-transfers.ts';
import { within } from '../../util/within.ts';
import { functionOption } from '../../validation/options.ts';
import { parseAccess } from '../access/access-option.ts';
import { createTrustCalls } from '../access/trust-calls.ts';
import type { NodeAdapters } from '../adapters.ts';
import { Streams } from '../byte-streams/streams.ts';
import { Outgoing } from '../delivery/outgoing.ts';
import { OutgoingRequests } from '../delivery/outgoing-requests.ts';
import { ConnectCalls } from '../dialing/connect-calls.ts';
import { joinGroup } from '../groups/groups.ts';
import { InspectorLifecycle } from '../lifecycle/inspector-lifecycle.ts';
import { runOf } from '../lifecycle/lifecycle.ts';
import { StartStop } from '../lifecycle/start-stop.ts';
import { nodeStatsOf } from '../monitoring/node-stats.ts';
import { parseType } from '../options/call-options.ts';
import type { GuardedConfig } from '../options/callbacks.ts';
import type { NodeConfig } from '../options/options.ts';
import { diagnoseOf } from './diagnose-deps.ts';
import type { Runtime } from './runtime.ts';
import { viewOf } from './view.ts';

/** The public face of a node: checks what the program passes, and asks the parts. */
export function createFacade(runtime: Runtime, config: GuardedConfig, adapters: NodeAdapters): LanpeerNode {
  const { monitoring, messaging, runs, actor } = runtime;
  const { source, counters } = monitoring;
  const { handlers, responders, acceptors, delivery, requests, observers, schemas } = messaging;
  const { lifecycle } = runs;
  const { clock, maxMessageItems, inspector, recording } = config;
  let ownId: DeviceId | undefined;

  const stats = (): NodeStats => statsOf(runtime);
  const calls = createCallsOf(runtime, config);
  const diagnose = diagnoseOf(runtime, config, adapters);
  const running = (): void => assertRunning(runtime);
  const sending = { delivery, schemas, source, clock, maxMessageItems, running };
  const outgoing = new Outgoing({ ...sending, requests, observers, counters, report: monitoring.errors.report });
  const outgoingRequests = new OutgoingRequests({ ...sending, requests });
  const streams = new Streams({ running, find: (id) => messaging.streams.find(id) });
  const typeOf = (kind: 'message' | 'request', given: unknown): string => {
    const type = parseType(given);
    schemas?.checkType(kind, type);
    return type;
  };
  const id = () => lifecycle.run?.identity.id ?? ownId ?? null;
  const view = viewOf(runtime, config, { id, stats, diagnose, transfers: () => transfersOf(node) });
  const { observe, announce } = adapters;
  const inspection = new InspectorLifecycle({ view, inspector, recording, observe, announce });
  const startStop = new StartStop({
    state: () => runtime.state,
    watchState: (listener) => runtime.states.add(listener),
    tell: runtime.tell,
    prepare: () => inspection.begin(),
    fault() {
      const { error } = actor.getSnapshot().context;
      return error ? asLanpeerError(error, 'ERR_INTERNAL') : undefined;
    },
    started() {
      ownId = runOf(lifecycle).identity.id;
      return inspection.started();
    },
    stopping: () => calls.end(),
    ended() {
      source.clearDevices();
      return inspection.end();
    },
    stopped: () => source.complete(),
  });

  const node: LanpeerNode = {
    ...source.streams,
    get id() {
      if (ownId === undefined) throw new LanpeerError('ERR_NOT_RUNNING');
      return ownId;
    },
    get port() {
      return lifecycle.run?.port ?? 0;
    },
    name: config.name,
    get networkTag() {
      return runtime.networkTag;
    },
    get peers() {
      return source.peers;
    },
    get state() {
      return runtime.state;
    },
    start: () => startStop.start(),
    stop: () => startStop.stop(),
    connect: (target) => calls.connect(target),
    disconnect: (id) => calls.disconnect(id),
    send: (to, type, data, given) => outgoing.send(to, type, data, given),
    broadcast: (type, data, given) => outgoing.broadcast(type, data, given),
    request: (to, type, data, given) => outgoingRequests.request(to, type, data, given) as never,
    requestAll: (type, data, given) => outgoingRequests.requestAll(type, data, given) as never,
    respond: (type, responder) => responders.add(typeOf('request', type), functionOption('responder', responder)),
    handle: (type, handler) => handlers.add(typeOf('message', type), functionOption('handler', handler)),
    handleAll: (handler) => handlers.addForAll(functionOption('handler', handler)),
    openStream: (to, type, given) => streams.open(to, type, given),
    acceptStream: (type, handler) => acceptors.add(parseType(type), functionOption('handler', handler) as never),
    groups$: groupsIn(source.streams.peers$),
    join: (name) =>
      joinGroup(name, { source, outgoing, requests: outgoingRequests, ownPresence: messaging.ownPresence }) as never,
    setProperties: (properties) => messaging.ownPresence.setProperties(encodeProperties(properties)),
    setAccess: (access) => changeAccess(runtime, parseAccess(access)),
    ...trustCallsOf(runtime, calls, adapters),
    stats,
    diagnose,
    inspect: () => inspection.link(),
  } satisfies LanpeerNode<MessageMap>;
  return node;
}

function trustCallsOf(
  { trust, admission, runs }: Runtime,
  calls: ConnectCalls,
  { addresses }: NodeAdapters,
): ReturnType<typeof createTrustCalls> {
  return createTrustCalls({
    trust,
    access: () => admission.asked,
    ownId: () => runOf(runs.lifecycle).identity.id,
    port: () => runOf(runs.lifecycle).port,
    addresses,
    connect: (target) => calls.connect(target),
  });
}

function changeAccess({ access, trust }: Runtime, asked: AccessPolicy): void {
  trust.check(asked);
  access.change(asked);
  trust.reviewed();
}

function assertRunning({ state }: Runtime): void {
  if (state !== 'running') throw new LanpeerError('ERR_NOT_RUNNING');
}

function statsOf({ monitoring, connections, sessions, runs, messaging }: Runtime): NodeStats {
  return nodeStatsOf({
    counters: monitoring.counters,
    discovery: runs.lifecycle.discovery?.stats(),
    connections: connections.counts(),
    signallingSessions: sessions.size,
    groups: countGroups(messaging.ownPresence.groups, monitoring.source.peers),
    peers: messaging.delivery.peers(),
  });
}

function createCallsOf(runtime: Runtime, { clock }: NodeConfig): ConnectCalls {
  const { monitoring, messaging, dialing, connections, links, runs, refusals, access, actor, tell } = runtime;
  return new ConnectCalls({
    running: () => assertRunning(runtime),
    mayDial: () => {
      assertRunning(runtime);
      // A node that was superseded by a newer copy of itself dials no peer.
      if (actor.getSnapshot().matches({ running: 'superseded' })) throw new LanpeerError('ERR_INSTANCE');
    },
    ownId: () => runOf(runs.lifecycle).identity.id,
    peer: (id) => monitoring.source.peers.get(id),
    watch: (listener) => connections.watch(listener),
    watchRefusals: (listener) => refusals.add(listener),
    exists: (id) => connections.has(id),
    suggest: (id, endpoint) => dialing.book.suggest(id, endpoint),
    want: (id) => tell({ type: 'connect', id }),
    abandon: (id) => tell({ type: 'peer', id, event: { type: 'abandon' } }),
    leave: (id) => tell({ type: 'disconnect', id }),
    flushed: async (id) => {
      const mailbox = messaging.delivery.find(id);
      if (mailbox) await within(clock, limits.messages.flushMs, mailbox.flushed());
    },
    linksClosed: () => links.closed(),
    dial: async ({ address, port }, signal) => {
      const session = await dialing.dial({ address, port, signal });
      if (signal.aborted) {
        session.close('abandoned');
        throw new LanpeerError('ERR_ABORTED');
      }
      access.add(session);
      return session.remoteId;
    },
  });
}
