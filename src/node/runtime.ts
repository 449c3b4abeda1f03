import { createActor, type SnapshotFrom } from 'xstate';
import type { Announcement, Discovery } from '../adapters/discovery/port.ts';
import type { Signalling } from '../adapters/signalling/port.ts';
import type { LanpeerNode } from '../api/node.ts';
import { errorCodes, LanpeerError, type LanpeerErrorCode } from '../errors.ts';
import { limits } from '../limits.ts';
import { defaultConnectionPolicy } from '../machines/connection/policy/connection-policy.ts';
import type { nodeMachine } from '../machines/node/machine.ts';
import type { NodeEvent } from '../machines/node/types.ts';
import type { DeviceId } from '../protocol/device-id.ts';
import { createShares } from '../protocol/shares.ts';
import { createNodeStreams } from '../streams/node-streams.ts';
import { createListeners } from '../util/listener-set.ts';
import { createAdmission } from './access/admission.ts';
import { createIdentityCopies } from './access/identity-copies.ts';
import type { NodeAdapters } from './adapters.ts';
import { createAccessControl } from './connections/access-control.ts';
import { bindMachines } from './connections/bind-machines.ts';
import { createConnections } from './connections/connections.ts';
import { createDecisionInputLog } from './connections/decision-inputs.ts';
import { createDecoding } from './delivery/decoding.ts';
import { createDelivery } from './delivery/delivery.ts';
import { createHandlers } from './delivery/handlers.ts';
import { createRequests } from './delivery/requests.ts';
import { createResponders } from './delivery/responders.ts';
import { createAddressBook } from './dialing/address-book.ts';
import { createDevices, type Devices } from './dialing/devices.ts';
import { createDialBack } from './dialing/dial-back.ts';
import { createDialer } from './dialing/dialer.ts';
import { createOffLink } from './dialing/off-link.ts';
import { createLifecycle, type Run, runOf } from './lifecycle/lifecycle.ts';
import { createLinks } from './links/links.ts';
import { createSignallingSessions } from './links/signalling-sessions.ts';
import { createUpgradeQueue } from './links/upgrade-queue.ts';
import { createDiagnostics } from './monitoring/diagnostics.ts';
import { createErrorReporter } from './monitoring/error-reporter.ts';
import { countRefusal, createNodeCounters } from './monitoring/node-counters.ts';
import { createRefusals, createReportLimit, droppedAnswer, endedSession, forLog } from './monitoring/refusals.ts';
import { createTrace, traceDials } from './monitoring/trace.ts';
import { createWarnings } from './monitoring/warnings.ts';
import { describeInterfaces } from './notices/interface-names.ts';
import { createNoticePublisher } from './notices/notice-publisher.ts';
import { createNoticeWatch } from './notices/notice-watch.ts';
import { createNotices } from './notices/notices.ts';
import type { ObservedMessage } from './observer.ts';
import type { GuardedConfig } from './options/callbacks.ts';

/** Joins the machines with the adapters: makes what stands between them, and the actor of the node machine. */
export function createRuntime(config: GuardedConfig, adapters: NodeAdapters) {
  const { clock, random, logger, name } = config;
  let ownId: DeviceId | null = null;
  let devices: Devices | undefined;
  /** That of this run, or of the last: there from the moment at which it may let somebody in. */
  let signalling: Signalling | undefined;
  const diagnostics = createDiagnostics({ name, ownId: () => ownId, clock });
  const counters = createNodeCounters();
  const source = createNodeStreams((stream, thrown) => {
    if (stream === 'errors$') faults.errorSubscriberThrew(thrown);
    else faults.callbackThrew(`A subscriber of ${stream}`, thrown);
  }, diagnostics.tap);
  const print = createWarnings(name);
  const faults = createErrorReporter({
    counters,
    logger,
    tell: (error) => source.error(error),
    listened: (about) =>
      source.errorsObserved || diagnostics.errorsObserved || (config.logs && about !== 'logger.warn'),
    print,
  });
  const { report, callbackThrew: threw, internal: trouble } = faults;
  config.faults.add(threw);
  const trace = createTrace({ clock, sink: diagnostics.steps, report: trouble });
  const refused = createRefusals(counters, clock, logger, faults.refused, trace);
  const isDue = createReportLimit(clock);
  const book = createAddressBook((id) => connections.has(id));
  const proven = (address: string): boolean => book.isProven(address);
  const { discovery } = adapters;
  const offLink = createOffLink(clock);
  const states = createListeners<[]>();
  states.add(() => diagnostics.state(stateOf(actor.getSnapshot().value)));
  const refusals = createListeners<[id: DeviceId, code: LanpeerErrorCode]>();
  const oracles = createDecisionInputLog(clock, random);
  const passing = createListeners<[message: ObservedMessage]>();

  const admission = createAdmission(config.access);

  /** What a decision about places needs, where places are scarce: the machine itself asks nobody. */
  function withSurplus(event: NodeEvent): NodeEvent {
    if (event.type !== 'device' && event.type !== 'signalling.opened' && event.type !== 'connect') return event;
    if (connections.has(event.id) || connections.size < Math.floor(config.maxPeers / 2)) return event;
    const chance = random();
    return event.type === 'device' ? { ...event, chance } : { ...event, chance, unsettled: delivery.unsettled() };
  }

  const tell = (event: NodeEvent): void => actor.send(withSurplus(event));
  const callBack = createDialBack({ clock, at: book.at, tell });

  const handlers = createHandlers(threw);
  const { messageBytes, messageItems } = config;
  const decoding = createDecoding();
  const shares = createShares(limits.messages.sharedBytes + 2 * messageBytes);
  const requests = createRequests(clock, {
    items: messageItems,
    unasked(id) {
      refused({ code: 'ERR_PROTOCOL', address: source.peers.get(id)?.address ?? '', id }, droppedAnswer);
    },
  });
  const responders = createResponders(threw, trouble, { items: messageItems, shares, decoding });
  const delivery = createDelivery({
    handlers,
    requests,
    responders,
    source,
    counters,
    clock,
    messageBytes,
    messageItems,
    shares,
    decoding,
    report,
    passing,
  });
  const sessions = createSignallingSessions(
    {
      opened(id, session, fact) {
        const endpoint = { address: session.remoteAddress, port: session.greeting.port };
        book.confirm(id, endpoint);
        offLink.reached(endpoint);
        tell({ type: 'signalling.opened', id, ...fact });
      },
      about: (id, event) => tell({ type: 'peer', id, event }),
      refused: () => countRefusal(counters, 'ERR_PEER_LIMIT'),
      fault: (id, address, code) => refused({ code, address, id }, endedSession),
    },
    trace,
  );
  const links = createLinks({
    ownId: () => runOf(lifecycle).identity.id,
    // What is not allowed is not there: an offer of it is declined.
    transports: new Map([...adapters.transports].filter(([via]) => config.transports.includes(via))),
    sessions,
    turns: createUpgradeQueue({ clock, random, dialing: () => connections.counts().connecting > 0 }),
    hello: delivery.hello,
    tally: delivery.tally,
    measured: (id, no, ms) => connections.measured(id, no, ms),
    clock,
    counters,
    trace,
  });
  const connections = createConnections({ source, delivery, links, sessions, clock, logger });

  const access = createAccessControl({
    admission,
    signalling: () => signalling,
    devices: () => devices,
    announce() {
      const { run, discovery } = lifecycle;
      if (run) discovery?.announce(announcementOf(run));
    },
    connections,
    delivery,
    sessions,
    links,
    tell,
  });

  async function openIdentity(): Promise<Run['identity']> {
    const identity = await adapters.identity.open();
    for (const warning of identity.warnings ?? []) report(warning);
    return identity;
  }

  /** What adapters call is lanpeer's own: where it threw, no callback of the program's did. */
  const adapterTrouble = (error: LanpeerError): void =>
    error.code === 'ERR_HANDLER' ? trouble(error.cause) : report(error);

  async function openSignalling(identity: Run['identity']) {
    ownId = identity.id;
    signalling = adapters.signalling({
      identity,
      access: admission.policy,
      greet: (id) => ({ incarnation: identity.incarnation, name, ...connections.held(id) }),
      proven,
    });
    const made = signalling;
    const { port } = await made.listen({
      session: access.add,
      refused(refusal) {
        refused(refusal);
        callBack(refusal);
      },
      copy: copies.met,
      trouble: adapterTrouble,
    });
    return { signalling: made, port };
  }

  const announcementOf = ({ identity: { id, incarnation }, port }: Run): Announcement => ({
    id,
    incarnation,
    name,
    networkTag: admission.tags[0] ?? null,
    port,
  });

  function startDiscovery(discovery: Discovery, run: Run): Promise<void> {
    const { autoConnect } = config;
    const query = (): void => discovery.query();
    const exists = connections.has;
    const world = { book, source, tell, query, exists, clock, random };
    const made = createDevices({ admission, autoConnect, ...world });
    devices = made;
    const device: typeof made.heard = (change, said) => {
      made.heard(change, said);
      surroundings.heard(said.id);
    };
    return discovery.start(announcementOf(run), { device, copy: copies.heard, error: adapterTrouble });
  }

  const copies = createIdentityCopies({
    clock,
    own: () => lifecycle.run?.identity.incarnation,
    dial: async ({ address, port }, signal) => dial({ address, port, id: runOf(lifecycle).identity.id, signal }),
    superseded: (by) => tell({ type: 'superseded', ...by }),
    report,
  });
  const lifecycle = createLifecycle({
    openIdentity,
    openSignalling,
    makeDiscovery: discovery && (() => discovery({ proven })),
    startDiscovery,
    trouble,
    drained: () => Promise.all([links.closed(), sessions.ended()]),
  });
  const dial = traceDials(trace, (target) => {
    const { networkTag } = (target.id !== undefined && source.devices.get(target.id)) || {};
    return runOf(lifecycle).signalling.dial({ ...target, ...(networkTag && { networkTag }) });
  });
  const dialer = createDialer({
    signalling: { dial },
    endpoints: (id) => book.endpoints(id),
    watch: book.watch,
    offLink: { targets: (id) => offLink.admit(book.offLink(id)), turn: offLink.turn },
    opened: access.add,
    exists: (id) => connections.has(id),
    lost: (id) => devices?.unreached(id),
    failed(id, endpoint, { code }) {
      book.failed(id, endpoint, code);
      const { address, port } = endpoint;
      logger.debug({ id, address: forLog(address), port, code }, 'an address did not lead to the peer');
    },
    clock,
  });

  const noticed = createNoticePublisher({
    counters,
    logger,
    source,
    print,
    listened: () => source.noticesObserved || config.logs,
  });
  const surroundings = createNoticeWatch({
    clock,
    admission,
    source,
    notices: createNotices({ clock, stand: source.setNotices, tell: noticed.tell }),
    choice: () => adapters.choice?.(),
    describeInterfaces,
    discovery: () => lifecycle.discovery?.stats(),
    port: () => lifecycle.run?.port ?? 0,
  });
  connections.watch(surroundings.connection);
  connections.watch(({ state, reason }) => {
    // What is proven is hearsay no more; whoever was evicted has its place taken already.
    if (state === 'connected' || (state === 'closed' && reason !== 'evicted')) devices?.room();
  });

  const machine = bindMachines({
    clock,
    surroundings,
    connections,
    copies,
    delivery,
    dialer,
    lifecycle,
    links,
    sessions,
    networkSignature: adapters.networkSignature,
    tell,
    trouble,
    // Listeners look at the state, which is not set yet while its actions run.
    changed: () => queueMicrotask(() => states.call()),
    refused(id, code, key) {
      refusals.call(id, code);
      const session = key === undefined ? undefined : sessions.get(key);
      if (session) {
        refused({ code, address: session.remoteAddress, id });
        return;
      }
      const why = code === 'ERR_PEER_LIMIT' ? `the limit of ${config.maxPeers} peers is reached.` : errorCodes[code];
      // Of any id: a peer has as many as it likes.
      if (isDue(code)) faults.refused(new LanpeerError(code, `No connection to ${id}: ${why}`));
    },
  });
  const actor = createActor(machine, {
    id: 'node',
    clock,
    ...(config.inspect && { inspect: config.inspect }),
    input: {
      maxPeers: config.maxPeers,
      remembered: limits.peers.remembered,
      policy: defaultConnectionPolicy,
      oracleOf: oracles.of,
      transports: config.transports,
      copyCheckMs: limits.copies.checkEveryMs,
    },
  });
  actor.subscribe({ error: trouble });
  actor.start();

  return {
    actor,
    access,
    source,
    counters,
    book,
    handlers,
    requests,
    responders,
    delivery,
    links,
    sessions,
    connections,
    lifecycle,
    states,
    refusals,
    dial,
    trace,
    oracles,
    passing,
    noticed,
    report,
    tell,
  };
}

/** The state of a node, as programs see it. */
export function stateOf(value: SnapshotFrom<typeof nodeMachine>['value']): LanpeerNode['state'] {
  if (typeof value === 'string') return value;
  return 'running' in value ? 'running' : 'stopping';
}

export type Runtime = ReturnType<typeof createRuntime>;
