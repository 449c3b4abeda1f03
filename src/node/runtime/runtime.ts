import type { LanpeerNode } from '../../api/node.ts';
import type { LanpeerErrorCode } from '../../errors.ts';
import type { NodeEvent } from '../../machines/node/events.ts';
import type { NodeActorRef } from '../../machines/node/machine.ts';
import { isHeardEnough } from '../../machines/node/setup.ts';
import type { DeviceId } from '../../protocol/device-id.ts';
import { createListeners } from '../../util/listener-set.ts';
import { type CurrentAccess, createCurrentAccess } from '../access/current-access.ts';
import { Trust } from '../access/trust.ts';
import type { NodeAdapters } from '../adapters.ts';
import { type AccessControl, createAccessControl } from '../connections/access-control.ts';
import { Connections } from '../connections/connections.ts';
import { createDecisionInputLog, type DecisionInputLog } from '../connections/decision-inputs.ts';
import { startNodeActor, stateOf } from '../connections/node-actor.ts';
import { createMessaging, type Messaging } from '../delivery/messaging.ts';
import { createDialing, type Dialing } from '../dialing/dialing.ts';
import { runOf } from '../lifecycle/lifecycle.ts';
import { Links } from '../links/links.ts';
import { SignallingSessions } from '../links/signalling-sessions.ts';
import { createUpgradeQueue } from '../links/upgrade-queue.ts';
import { createMonitoring, type Monitoring } from '../monitoring/monitoring.ts';
import type { NoticePublisher } from '../notices/notice-publisher.ts';
import type { NoticeWatch } from '../notices/notice-watch.ts';
import type { GuardedConfig } from '../options/callbacks.ts';
import { createProbes, type Probes } from '../probes/probes.ts';
import { noticesOf } from './notices-of.ts';
import { createPlaceChoice } from './place-choice.ts';
import { Runs } from './runs.ts';
import { sessionEventsOf } from './session-events.ts';

/** Joins the machines with the adapters: has what stands between them, and the actor of the node machine. */
export class Runtime {
  readonly monitoring: Monitoring;
  readonly messaging: Messaging;
  readonly dialing: Dialing;
  readonly probes: Probes;
  readonly sessions: SignallingSessions;
  readonly links: Links;
  readonly connections: Connections;
  readonly access: AccessControl;
  readonly admission: CurrentAccess;
  readonly trust: Trust;
  readonly runs: Runs;
  readonly notices: NoticePublisher;
  readonly inputs: DecisionInputLog;
  readonly actor: NodeActorRef;
  /** Called whenever the state of the node may have changed. */
  readonly states = createListeners<[]>();
  /** Called when the node machine refuses a connection. */
  readonly refusals = createListeners<[id: DeviceId, code: LanpeerErrorCode]>();
  readonly #config: GuardedConfig;
  readonly #adapters: NodeAdapters;
  readonly #noticeWatch: NoticeWatch;
  readonly #withChoice: (event: NodeEvent) => NodeEvent;
  #ownId: DeviceId | null = null;

  constructor(config: GuardedConfig, adapters: NodeAdapters) {
    this.#config = config;
    this.#adapters = adapters;
    const { clock, random, logger, logs, name } = config;
    this.monitoring = createMonitoring({ name, clock, logger, logs, ownId: () => this.#ownId });
    const { source, trace, errors, diagnostics } = this.monitoring;
    config.faults.add(errors.callbackThrew);
    this.states.add(() => diagnostics.state(this.state));
    this.inputs = createDecisionInputLog(clock, random);
    this.trust = new Trust({
      clock,
      source,
      policy: () => this.admission.policy,
      changed: () => this.access.change(this.admission.asked),
      report: errors.report,
    });
    this.admission = createCurrentAccess(config.access, (asked) => this.trust.complete(asked));
    this.messaging = createMessaging(config, clock, this.monitoring, (id) => this.sessions.of(id));
    this.dialing = createDialing({
      clock,
      logger,
      trace,
      source,
      signalling: () => runOf(this.runs.lifecycle).signalling,
      exists: (id) => this.connections.has(id),
      opened: (session) => this.access.add(session),
      lost: (id) => this.runs.devices?.unreached(id),
      tell: this.tell,
    });
    this.probes = createProbes(clock, adapters.openDatagrams, () => runOf(this.runs.lifecycle).signalling);
    this.sessions = new SignallingSessions(sessionEventsOf(this), trace);
    this.links = this.#createLinks();
    const { sessions, links } = this;
    const { delivery } = this.messaging;
    this.connections = new Connections({ source, delivery, links, sessions, clock, logger });
    this.#withChoice = createPlaceChoice({ connections: this.connections, delivery, config });
    this.access = createAccessControl({
      admission: this.admission,
      signalling: () => this.runs.signalling,
      devices: () => this.runs.devices,
      announce: () => this.runs.announce(),
      connections: this.connections,
      delivery,
      sessions,
      links,
      tell: this.tell,
    });
    this.runs = this.#createRuns();
    const { publisher, watch } = noticesOf(this, config, adapters);
    this.notices = publisher;
    this.#noticeWatch = watch;
    this.connections.watch(watch.connection);
    this.connections.watch(({ state, reason }) => {
      // What is proven is unverified no more; the place of an evicted peer is taken already.
      if (state === 'connected' || (state === 'closed' && reason !== 'evicted')) this.runs.devices?.room();
    });
    this.actor = this.#startActor();
  }

  /** The state of the node, as programs see it. */
  get state(): LanpeerNode['state'] {
    return stateOf(this.actor.getSnapshot().value);
  }

  /** Tag of the first network key. */
  get networkTag(): string | null {
    return this.admission.tags[0] ?? null;
  }

  /** Tells the node machine. */
  readonly tell = (event: NodeEvent): void => this.actor.send(this.#withChoice(event));

  #createLinks(): Links {
    const { clock, random, transports } = this.#config;
    const { counters, trace } = this.monitoring;
    const { delivery } = this.messaging;
    return new Links({
      ownId: () => runOf(this.runs.lifecycle).identity.id,
      // What is not allowed is not there: an offer of it is declined.
      transports: new Map([...this.#adapters.transports].filter(([via]) => transports.includes(via))),
      sessions: this.sessions,
      turns: createUpgradeQueue({ clock, random, dialing: () => this.connections.counts().connecting > 0 }),
      hello: (id) => delivery.hello(id),
      peerCounters: (id) => delivery.peerCounters(id),
      measured: (id, no, ms) => this.connections.measured(id, no, ms),
      clock,
      counters,
      trace,
    });
  }

  #createRuns(): Runs {
    const { name, transports, clock, random, autoConnect } = this.#config;
    const { access, connections, dialing, links, monitoring, sessions, tell, trust } = this;
    return new Runs({
      adapters: this.#adapters,
      name,
      transports,
      clock,
      random,
      autoConnect,
      admission: this.admission,
      trust,
      monitoring,
      dialing,
      connections,
      session: access.add,
      heard: (id) => {
        this.#noticeWatch.heard(id);
        trust.heard(id);
      },
      heardEnough: (id, wanted) => isHeardEnough(this.actor, id, wanted, clock.monotonic()),
      identified: (id) => {
        this.#ownId = id;
      },
      drained: () => Promise.all([links.closed(), sessions.ended(), trust.close()]),
      tell,
    });
  }

  #startActor(): NodeActorRef {
    const { connections, dialing, inputs, links, messaging, monitoring, runs, sessions, tell } = this;
    return startNodeActor({
      config: this.#config,
      networkSignature: this.#adapters.networkSignature,
      monitoring,
      noticeWatch: this.#noticeWatch,
      connections,
      delivery: messaging.delivery,
      dialer: dialing.dialer,
      links,
      sessions,
      copies: runs.copies,
      lifecycle: runs.lifecycle,
      inputs,
      tell,
      changed: () => this.states.call(),
      refused: (id, code) => this.refusals.call(id, code),
    });
  }
}
