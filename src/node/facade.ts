import type {
  BroadcastResult,
  LanpeerNode,
  MessageMap,
  NodeStats,
  Peer,
  Receipt,
  RequestOptions,
  RequestResult,
  SendOptions,
} from '../api.ts';
import { asLanpeerError, LanpeerError } from '../errors.ts';
import { limits } from '../limits.ts';
import type { DeviceId } from '../protocol/device-id.ts';
import { decodeMessage, encodeMessage, encodeRequest } from '../protocol/message.ts';
import { createCalls } from './calls.ts';
import type { Handler } from './handlers.ts';
import { runOf } from './lifecycle.ts';
import type { Mailbox, Watch } from './mailbox.ts';
import { createObservation } from './observation.ts';
import type { NodeConfig } from './options.ts';
import type { NodeParts } from './parts.ts';
import type { Asked } from './requests.ts';
import type { Responder } from './responders.ts';
import { type Runtime, stateOf } from './runtime.ts';
import { reportProgress } from './transfers.ts';
import { viewOf } from './view.ts';
import { within } from './within.ts';

const noDiscovery = { packets: 0, dropped: 0, malformed: 0, refused: 0 };

/** The public face of a node. */
export function createFacade(runtime: Runtime, config: NodeConfig, parts: NodeParts): LanpeerNode {
  const { actor, source, counters, book, handlers, delivery, links, sessions, connections, lifecycle, tell } = runtime;
  const { passing } = runtime;
  const { streams } = source;
  let ownId: DeviceId | undefined;
  let transfers = 0;
  /** Peers that are being left, which takes as long as the flush. */
  const parting = new Map<DeviceId, Promise<void>>();

  const state = (): LanpeerNode['state'] => stateOf(actor.getSnapshot().value);

  function reached(...wanted: readonly LanpeerNode['state'][]): Promise<void> {
    if (wanted.includes(state())) return Promise.resolve();
    return new Promise((resolve) => {
      const off = runtime.states.add(() => {
        if (!wanted.includes(state())) return;
        off();
        resolve();
      });
    });
  }

  function running(): void {
    if (state() !== 'running') throw new LanpeerError('ERR_NOT_RUNNING');
  }

  /** A node that was superseded by a newer copy of itself dials nobody. */
  function mayDial(): void {
    running();
    if (actor.getSnapshot().matches({ running: 'superseded' })) throw new LanpeerError('ERR_INSTANCE');
  }

  const calls = createCalls({
    ownId: () => runOf(lifecycle).identity.id,
    peer: (id) => source.peers.get(id),
    watch: (listener) => connections.watch(listener),
    watchRefusals: (listener) => runtime.refusals.add(listener),
    exists: (id) => connections.has(id),
    suggest: (id, endpoint) => book.suggest(id, endpoint),
    want: (id) => tell({ type: 'connect', id }),
    leave: (id) => tell({ type: 'disconnect', id }),
    async dial({ address, port }, signal) {
      const session = await runtime.dial({ address, port, signal });
      sessions.add(session);
      return session.remoteId;
    },
  });

  const encode = (type: string, data: unknown): Uint8Array =>
    encodeMessage({ type, data, timestamp: config.clock.now() });

  function boxOf(id: DeviceId): Mailbox {
    const box = delivery.find(id);
    if (!box) throw new LanpeerError('ERR_NO_PEER');
    return box;
  }

  function fitting({ takes }: Mailbox, payload: Uint8Array): Uint8Array {
    const { byteLength } = payload;
    if (byteLength > takes)
      throw new LanpeerError('ERR_TOO_LARGE', `It has ${byteLength} bytes; the peer takes ${takes}.`);
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
    const box = boxOf(to);
    const of = options.volatile ? 'volatile' : 'message';
    const receipt = await box.send(of, fitting(box, payload), options, watchOf(to, payload));
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
        return decodeMessage(payload).data;
      },
    });
  }

  function asked(type: string, data: unknown): Asked {
    const no = runtime.requests.number();
    return { no, payload: encodeRequest({ no, type, data, timestamp: config.clock.now() }) };
  }

  async function ask(to: DeviceId, { no, payload }: Asked, options: RequestOptions): Promise<unknown> {
    const box = boxOf(to);
    return runtime.requests.open(to, box, { no, payload: fitting(box, payload) }, options);
  }

  async function part(id: DeviceId): Promise<void> {
    running();
    const box = delivery.find(id);
    if (box) await within(config.clock, limits.messages.flushMs, box.flushed());
    await calls.disconnect(id);
    // Until the other side has heard it, it would still call this node its peer.
    await links.closed();
  }

  function stats(): NodeStats {
    const { bytesSent, bytesReceived, refused, ...messages } = counters;
    return {
      connections: connections.counts(),
      sessions: sessions.size,
      messages,
      bytes: { sent: bytesSent, received: bytesReceived },
      refused: { ...refused },
      discovery: lifecycle.discovery?.stats() ?? noDiscovery,
      peers: delivery.peers(),
    };
  }

  const view = viewOf(runtime, config, { id: () => lifecycle.run?.identity.id ?? ownId ?? null, stats });
  const { inspector, recording } = config;
  const observation = createObservation(view, { inspector, recording, ...parts });

  let preparing: Promise<void> | undefined;

  async function begin(): Promise<void> {
    tell({ type: 'start' });
    await reached('running', 'stopped', 'stopping');
    const { error } = actor.getSnapshot().context;
    if (error) throw asLanpeerError(error, 'ERR_INTERNAL');
    running();
    ownId = runOf(lifecycle).identity.id;
    await observation.started();
  }

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
    async start() {
      if (state() === 'running') return;
      if (state() === 'stopping') await reached('stopped');
      preparing = observation.begin();
      if (preparing !== undefined) await preparing;
      try {
        await begin();
      } catch (thrown) {
        if (state() === 'stopped') await observation.end();
        throw thrown;
      }
    },
    async stop() {
      // A stop that comes while somebody gets ready to look on comes after the start.
      await preparing?.catch(() => undefined);
      tell({ type: 'stop' });
      await reached('stopped');
      source.clearDevices();
      await observation.end();
    },
    async connect({ address, port, id, signal }): Promise<Peer> {
      mayDial();
      // Who is connected to while it is being left is wanted again.
      if (id !== undefined) await parting.get(id);
      return calls.connect({ address, port, ...(id !== undefined && { id }), ...(signal && { signal }) });
    },
    disconnect(id) {
      const parted = part(id).finally(() => {
        if (parting.get(id) === quiet) parting.delete(id);
      });
      const quiet = parted.catch(() => undefined);
      parting.set(id, quiet);
      return parted;
    },
    async send(to, type, data, options = {}) {
      running();
      const payload = encode(type, data);
      const receipt = await give(to, payload, options);
      pass(to, type, payload);
      return receipt;
    },
    async broadcast(type, data, options = {}) {
      running();
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
    async request(to, type, data, options = {}) {
      running();
      return (await ask(to, asked(type, data), options)) as never;
    },
    async requestAll(type, data, options = {}) {
      running();
      const one = asked(type, data);
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
    respond: (type, responder) => runtime.responders.add(type, responder as Responder),
    handle: (type, handler) => handlers.add(type, handler as Handler),
    handleAll: (handler) => handlers.addForAll(handler as Handler),
    stats,
    inspect: observation.link,
  } satisfies LanpeerNode<MessageMap>;
}
