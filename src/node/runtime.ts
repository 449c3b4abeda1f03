import { createActor, fromCallback, fromPromise } from 'xstate';
import type { LanpeerErrorCode } from '../errors.ts';
import { asLanpeerError, LanpeerError } from '../errors.ts';
import { limits } from '../limits.ts';
import { connectionMachine } from '../machines/connection.machine.ts';
import { defaultConnectionPolicy } from '../machines/connection.policy.ts';
import { nodeMachine } from '../machines/node.machine.ts';
import type { NodeEvent } from '../machines/node.types.ts';
import type { DeviceId } from '../protocol/device-id.ts';
import { networkTag } from '../protocol/network-key.ts';
import { createNodeStreams } from '../streams/node-streams.ts';
import { createAddressBook } from './address-book.ts';
import { createConnections } from './connections.ts';
import { createCounters } from './counters.ts';
import { createDelivery } from './delivery.ts';
import { createDevices } from './devices.ts';
import { createDialler } from './dialler.ts';
import { createHandlers } from './handlers.ts';
import { watchNetwork } from './interfaces.ts';
import { createLifecycle, runOf } from './lifecycle.ts';
import { createLinks } from './links.ts';
import type { NodeConfig } from './options.ts';
import type { NodeParts } from './parts.ts';
import { createRefusals, forLog } from './refusals.ts';
import { createSessions } from './sessions.ts';

type RefusalListener = (id: DeviceId, code: LanpeerErrorCode) => void;

/** Joins the machines with the world: every place that they name gets what stands there in this node. */
export function createRuntime(config: NodeConfig, parts: NodeParts) {
  const { access, clock, random, logger } = config;
  const source = createNodeStreams((thrown) => report(asLanpeerError(thrown, 'ERR_HANDLER')));
  const counters = createCounters();
  const book = createAddressBook();
  const provenAddresses = new Set<string>();
  const refusalListeners = new Set<RefusalListener>();

  function report(error: LanpeerError): void {
    if (error.code === 'ERR_HANDLER') counters.handlerErrors += 1;
    logger.warn({ code: error.code }, error.message);
    source.error(error);
  }
  const trouble = (thrown: unknown): void => report(asLanpeerError(thrown, 'ERR_INTERNAL'));
  const tell = (event: NodeEvent): void => actor.send(event);

  const handlers = createHandlers(report);
  const delivery = createDelivery({ handlers, source, counters, clock });
  const sessions = createSessions({
    opened(id, fact) {
      const session = sessions.get(fact.key);
      if (session) {
        const { remoteAddress: address, greeting } = session;
        provenAddresses.add(address);
        if (provenAddresses.size > limits.peers.remembered) provenAddresses.clear();
        if (greeting.port > 0) book.confirm(id, { address, port: greeting.port });
      }
      tell({ type: 'signalling.opened', id, ...fact });
    },
    about: (id, event) => tell({ type: 'peer', id, event }),
  });
  const links = createLinks({
    ownId: () => runOf(lifecycle).identity.id,
    networkKey: access.networkKey,
    transports: parts.transports,
    sessions,
    clock,
    counters,
  });
  const connections = createConnections({ source, delivery, links, sessions, clock, logger });

  const lifecycle = createLifecycle({
    openIdentity: () => parts.identity.open(),
    async openSignalling(identity) {
      const { instance } = identity;
      const signalling = parts.signalling({
        identity,
        greet: (id) => ({ instance, name: config.name, held: connections.held(id) }),
        proven: (address) => provenAddresses.has(address),
      });
      const refused = createRefusals(counters, clock, logger, report);
      const { port } = await signalling.listen({
        session: (session) => sessions.add(session),
        refused,
        trouble: report,
      });
      return { signalling, port };
    },
    makeDiscovery: parts.discovery,
    startDiscovery(discovery, { identity, port }) {
      const { id, instance } = identity;
      const tag = access.networkKey ? networkTag(access.networkKey) : null;
      const { autoConnect, name } = config;
      const device = createDevices({ access, networkTag: tag, autoConnect, book, source, tell, thrown: trouble });
      return discovery.start({ id, instance, name, networkTag: tag, port }, { device, trouble: report });
    },
    trouble,
    drained: () => Promise.all([links.closed(), sessions.ended()]),
  });

  const dialler = createDialler({
    signalling: { dial: (target) => runOf(lifecycle).signalling.dial(target) },
    endpoints: (id) => book.endpoints(id),
    opened: (session) => sessions.add(session),
    failed: (id, { address, port }, { code }) =>
      logger.debug({ id, address: forLog(address), port, code }, 'an address did not lead to the peer'),
    clock,
  });

  const connection = connectionMachine.provide({
    actors: { link: links.actor, dialler },
    actions: {
      report: ({ context }) => connections.report(context),
      probe: ({ context }, { no }) => links.get(context.id, no)?.channel.probe(),
      farewell: ({ context }, { no, reason }) => links.farewell(context.id, no, reason),
      endSignalling: (_, { key, reason }) => sessions.end(key, reason),
    },
  });

  const stateListeners = new Set<() => void>();
  const machine = nodeMachine.provide({
    actors: {
      open: fromPromise(() => lifecycle.open()),
      discovery: fromCallback<NodeEvent>(() => {
        const quiet = lifecycle.discover();
        const unwatched = watchNetwork(clock, () => tell({ type: 'network.changed' }));
        return () => {
          unwatched();
          quiet();
        };
      }),
      flush: fromPromise(() => within(delivery.flushed(), limits.messages.flushMs)),
      close: fromPromise(() => lifecycle.close()),
      connection,
    },
    actions: {
      changed() {
        for (const listener of [...stateListeners]) queueMicrotask(listener);
      },
      refuse(_, { id, code }) {
        for (const listener of [...refusalListeners]) listener(id, code);
        report(new LanpeerError(code, `No connection to ${id}: the limit of ${config.maxPeers} peers is reached.`));
      },
      endSignalling: (_, { key, reason }) => sessions.end(key, reason),
      defect: (_, { error }) => trouble(error),
    },
  });

  /** Waits for the promise, but no longer than `ms`. */
  function within(promise: Promise<unknown>, ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = clock.setTimeout(resolve, ms);
      void promise.then(() => {
        clock.clearTimeout(timer);
        resolve();
      });
    });
  }

  const oracle = { monotonic: () => clock.monotonic(), now: () => clock.now(), random };
  const actor = createActor(machine, {
    clock,
    ...(config.inspect && { inspect: config.inspect }),
    input: {
      maxPeers: config.maxPeers,
      remembered: limits.peers.remembered,
      policy: defaultConnectionPolicy,
      oracle,
      via: config.via,
    },
  });
  actor.subscribe({ error: trouble });
  actor.start();

  return {
    actor,
    source,
    counters,
    book,
    handlers,
    delivery,
    sessions,
    connections,
    lifecycle,
    report,
    within,
    tell,
    onState(listener: () => void): () => void {
      stateListeners.add(listener);
      return () => void stateListeners.delete(listener);
    },
    onRefusal(listener: RefusalListener): () => void {
      refusalListeners.add(listener);
      return () => void refusalListeners.delete(listener);
    },
  };
}

export type Runtime = ReturnType<typeof createRuntime>;
