import type {
  BroadcastResult,
  MessageMap,
  Receipt,
  RequestOptions,
  RequestResult,
  SendOptions,
} from '../api/messages.ts';
import type { LanpeerNode } from '../api/node.ts';
import type { NodeStats } from '../api/stats.ts';
import { abortedBy, asLanpeerError, LanpeerError } from '../errors.ts';
import { limits } from '../limits.ts';
import type { DeviceId } from '../protocol/device-id.ts';
import { decodeMessage, encodeMessage, encodeRequest } from '../protocol/message.ts';
import { within } from '../util/within.ts';
import { functionOption } from '../values/options.ts';
import { parseAccess } from './access/access-option.ts';
import type { NodeAdapters } from './adapters.ts';
import type { Mailbox, Watch } from './delivery/mailbox.ts';
import { checkFits } from './delivery/message-size.ts';
import type { Asked } from './delivery/requests.ts';
import { reportProgress } from './delivery/transfers.ts';
import { createConnectCalls } from './dialing/connect-calls.ts';
import { InspectorLifecycle } from './lifecycle/inspector-lifecycle.ts';
import { runOf } from './lifecycle/lifecycle.ts';
import { createStartStop } from './lifecycle/start-stop.ts';
import { parseRequestOptions, parseSendOptions, parseTo, parseType } from './options/call-options.ts';
import type { NodeConfig } from './options/options.ts';
import { type Runtime, stateOf } from './runtime.ts';
import { viewOf } from './view.ts';

const noDiscovery = { packets: 0, dropped: 0, malformed: 0, refused: 0, interfaces: {} };

/** The public face of a node. */
export function createFacade(runtime: Runtime, config: NodeConfig, adapters: NodeAdapters): LanpeerNode {
  const { actor, source, counters, book, handlers, delivery, links, sessions, connections, lifecycle, tell } = runtime;
  const { passing } = runtime;
  const { streams } = source;
  let ownId: DeviceId | undefined;
  let transfers = 0;

  const state = (): LanpeerNode['state'] => stateOf(actor.getSnapshot().value);

  function running(): void {
    if (state() !== 'running') throw new LanpeerError('ERR_NOT_RUNNING');
  }

  /** A node that was superseded by a newer copy of itself dials nobody. */
  function mayDial(): void {
    running();
    if (actor.getSnapshot().matches({ running: 'superseded' })) throw new LanpeerError('ERR_INSTANCE');
  }

  const calls = createConnectCalls({
    running,
    mayDial,
    ownId: () => runOf(lifecycle).identity.id,
    peer: (id) => source.peers.get(id),
    watch: (listener) => connections.watch(listener),
    watchRefusals: (listener) => runtime.refusals.add(listener),
    exists: (id) => connections.has(id),
    suggest: (id, endpoint) => book.suggest(id, endpoint),
    want: (id) => tell({ type: 'connect', id }),
    abandon: (id) => tell({ type: 'peer', id, event: { type: 'abandon' } }),
    leave: (id) => tell({ type: 'disconnect', id }),
    async flushed(id) {
      const box = delivery.find(id);
      if (box) await within(config.clock, limits.messages.flushMs, box.flushed());
    },
    linksClosed: () => links.closed(),
    async dial({ address, port }, signal) {
      const session = await runtime.dial({ address, port, signal });
      if (signal.aborted) {
        session.close('abandoned');
        throw new LanpeerError('ERR_ABORTED');
      }
      runtime.access.add(session);
      return session.remoteId;
    },
  });

  const encode = (type: string, data: unknown): Uint8Array =>
    encodeMessage({ type, data, timestamp: config.clock.now() }, config.messageItems);

  function boxOf(id: DeviceId): Mailbox {
    const box = delivery.find(id);
    if (!box) throw new LanpeerError('ERR_NO_PEER');
    return box;
  }

  function fitting({ takes }: Mailbox, of: 'message' | 'request', payload: Uint8Array): Uint8Array {
    checkFits(of, payload, config.messageItems, takes);
    return payload;
  }

  /** Small messages have no progress worth telling. */
  function watchOf(to: DeviceId, { byteLength }: Uint8Array): Watch | undefined {
    if (byteLength <= limits.messages.largeBytes) return undefined;
    transfers += 1;
    const no = transfers;
    const progress = reportProgress(source, to, 'out');
    return { progress: (bytes) => progress(no, bytes, byteLength) };
  }

  async function give(to: DeviceId, payload: Uint8Array, options: SendOptions): Promise<Receipt> {
    if (options.signal?.aborted) throw abortedBy(options.signal);
    const box = boxOf(to);
    const of = options.volatile ? 'volatile' : 'message';
    const receipt = await box.send(of, fitting(box, 'message', payload), options, watchOf(to, payload));
    counters.sent += 1;
    return receipt;
  }

  /** For those who asked to see messages: what went out, whatever became of the program's object since the call. */
  function pass(peer: DeviceId, type: string, payload: Uint8Array): void {
    if (passing.size === 0) return;
    passing.call({
      direction: 'out',
      peer,
      type,
      get data() {
        return decodeMessage(payload, config.messageItems).data;
      },
    });
  }

  function asked(type: string, data: unknown): Asked {
    const no = runtime.requests.number();
    return { no, payload: encodeRequest({ no, type, data, timestamp: config.clock.now() }, config.messageItems) };
  }

  async function ask(to: DeviceId, { no, payload }: Asked, options: RequestOptions): Promise<unknown> {
    if (options.signal?.aborted) throw abortedBy(options.signal);
    const box = boxOf(to);
    return runtime.requests.open(to, box, { no, payload: fitting(box, 'request', payload) }, options);
  }

  function stats(): NodeStats {
    const { bytesSent, bytesReceived, refused, notices, ...messages } = counters;
    return {
      connections: connections.counts(),
      signallingSessions: sessions.size,
      messages,
      bytes: { sent: bytesSent, received: bytesReceived },
      refused: { ...refused },
      discovery: lifecycle.discovery?.stats() ?? noDiscovery,
      notices: { ...notices },
      peers: delivery.peers(),
    };
  }

  const view = viewOf(runtime, config, { id: () => lifecycle.run?.identity.id ?? ownId ?? null, stats });
  const { inspector, recording } = config;
  const { observe, announce } = adapters;
  const inspection = new InspectorLifecycle({ view, inspector, recording, observe, announce });

  const { start, stop } = createStartStop({
    state,
    watchState: (listener) => runtime.states.add(listener),
    tell,
    prepare: () => inspection.begin(),
    fault() {
      const { error } = actor.getSnapshot().context;
      return error ? asLanpeerError(error, 'ERR_INTERNAL') : undefined;
    },
    started() {
      ownId = runOf(lifecycle).identity.id;
      return inspection.started();
    },
    stopping: calls.end,
    ended() {
      source.clearDevices();
      return inspection.end();
    },
    stopped: source.complete,
  });

  return {
    ...streams,
    get id() {
      if (ownId === undefined) throw new LanpeerError('ERR_NOT_RUNNING');
      return ownId;
    },
    get port() {
      return lifecycle.run?.port ?? 0;
    },
    name: config.name,
    get state() {
      return state();
    },
    start,
    stop,
    connect: calls.connect,
    disconnect: calls.disconnect,
    async send(to, type, data, given) {
      running();
      const options = parseSendOptions(given);
      parseTo('to', to);
      const payload = encode(type, data);
      const receipt = await give(to, payload, options);
      pass(to, type, payload);
      return receipt;
    },
    async broadcast(type, data, given) {
      running();
      const options = parseSendOptions(given);
      const payload = encode(type, data);
      const results = new Map<DeviceId, BroadcastResult>();
      await Promise.all(
        [...source.peers.keys()].map((id) =>
          give(id, payload, options).then(
            (receipt) => {
              results.set(id, { ok: true, receipt });
              pass(id, type, payload);
            },
            (thrown: unknown) => void results.set(id, { ok: false, error: asLanpeerError(thrown, 'ERR_INTERNAL') }),
          ),
        ),
      );
      return results;
    },
    async request(to, type, data, given) {
      running();
      const options = parseRequestOptions(given);
      return (await ask(parseTo('to', to), asked(parseType(type), data), options)) as never;
    },
    async requestAll(type, data, given) {
      running();
      const options = parseRequestOptions(given);
      const one = asked(parseType(type), data);
      const results = new Map<DeviceId, RequestResult<unknown>>();
      await Promise.all(
        [...source.peers.keys()].map((id) =>
          ask(id, one, options).then(
            (answer) => void results.set(id, { ok: true, data: answer }),
            (thrown: unknown) => void results.set(id, { ok: false, error: asLanpeerError(thrown, 'ERR_INTERNAL') }),
          ),
        ),
      );
      return results as never;
    },
    respond: (type, responder) => runtime.responders.add(parseType(type), functionOption('responder', responder)),
    handle: (type, handler) => handlers.add(parseType(type), functionOption('handler', handler)),
    handleAll: (handler) => handlers.addForAll(functionOption('handler', handler)),
    setAccess: (access) => runtime.access.change(parseAccess(access)),
    stats,
    inspect: () => inspection.link(),
  } satisfies LanpeerNode<MessageMap>;
}
