import type { LanpeerNode } from '../../api/node.ts';
import type { LanpeerErrorCode } from '../../errors.ts';
import type { NodeEvent } from '../../machines/node/events.ts';
import type { NodeActorRef } from '../../machines/node/machine.ts';
import type { DeviceId } from '../../protocol/device-id.ts';
import { createListeners } from '../../util/listener-set.ts';
import { createAdmission } from '../access/admission.ts';
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
import { countRefusal } from '../monitoring/node-counters.ts';
import { endedSession } from '../monitoring/refusals.ts';
import { describeInterfaces } from '../notices/interface-names.ts';
import { createNoticePublisher, type NoticePublisher } from '../notices/notice-publisher.ts';
import { createNoticeWatch, type NoticeWatch } from '../notices/notice-watch.ts';
import { createNotices } from '../notices/notices.ts';
import type { GuardedConfig } from '../options/callbacks.ts';
import { Runs } from './runs.ts';

/** Joins the machines with the adapters: has what stands between them, and the actor of the node machine. */
export class Runtime {
  readonly monitoring: Monitoring;
  readonly messaging: Messaging;
  readonly dialing: Dialing;
  readonly sessions: SignallingSessions;
  readonly links: Links;
  readonly connections: Connections;
  readonly access: AccessControl;
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
    const admission = createAdmission(config.access);
    this.messaging = createMessaging(config, clock, this.monitoring);
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
    this.sessions = this.#createSessions();
    this.links = this.#createLinks();
    const { sessions, links, messaging } = this;
    this.connections = new Connections({ source, delivery: messaging.delivery, links, sessions, clock, logger });
    this.access = createAccessControl({
      admission,
      signalling: () => this.runs.signalling,
      devices: () => this.runs.devices,
      announce: () => this.runs.announce(),
      connections: this.connections,
      delivery: messaging.delivery,
      sessions,
      links,
      tell: this.tell,
    });
    this.runs = new Runs({
      adapters,
      name,
      transports: config.transports,
      clock,
      random,
      autoConnect: config.autoConnect,
      admission,
      monitoring: this.monitoring,
      dialing: this.dialing,
      connections: this.connections,
      session: this.access.add,
      heard: (id) => this.#noticeWatch.heard(id),
      identified: (id) => {
        this.#ownId = id;
      },
      drained: () => Promise.all([links.closed(), sessions.ended()]),
      tell: this.tell,
    });
    this.notices = this.#createNoticePublisher();
    this.#noticeWatch = createNoticeWatch({
      clock,
      admission,
      source,
      notices: createNotices({ clock, stand: source.setNotices, tell: this.notices.tell }),
      choice: () => adapters.choice?.(),
      describeInterfaces,
      discovery: () => this.runs.lifecycle.discovery?.stats(),
      port: () => this.runs.lifecycle.run?.port ?? 0,
    });
    this.connections.watch(this.#noticeWatch.connection);
    this.connections.watch(({ state, reason }) => {
      // What is proven is hearsay no more; the place of an evicted peer is taken already.
      if (state === 'connected' || (state === 'closed' && reason !== 'evicted')) this.runs.devices?.room();
    });
    this.actor = startNodeActor({
      config,
      networkSignature: adapters.networkSignature,
      monitoring: this.monitoring,
      noticeWatch: this.#noticeWatch,
      connections: this.connections,
      delivery: messaging.delivery,
      dialer: this.dialing.dialer,
      links,
      sessions,
      copies: this.runs.copies,
      lifecycle: this.runs.lifecycle,
      inputs: this.inputs,
      tell: this.tell,
      changed: () => this.states.call(),
      refused: (id, code) => this.refusals.call(id, code),
    });
  }

  /** The state of the node, as programs see it. */
  get state(): LanpeerNode['state'] {
    return stateOf(this.actor.getSnapshot().value);
  }

  /** Tells the node machine. */
  readonly tell = (event: NodeEvent): void => this.actor.send(this.#withChoice(event));

  /** What a decision about places needs, where places are scarce: the machine itself has no clock and no chance. */
  #withChoice(event: NodeEvent): NodeEvent {
    if (event.type !== 'device' && event.type !== 'signalling.opened' && event.type !== 'connect') return event;
    const { connections, messaging } = this;
    const { maxPeers, random } = this.#config;
    if (connections.has(event.id) || connections.size < Math.floor(maxPeers / 2)) return event;
    const chance = random();
    if (event.type === 'device') return { ...event, chance };
    return { ...event, chance, unsettled: messaging.delivery.unsettled() };
  }

  #createSessions(): SignallingSessions {
    const { counters, refused, trace } = this.monitoring;
    const { book, offLink } = this.dialing;
    return new SignallingSessions(
      {
        opened: (id, session, fact) => {
          const endpoint = { address: session.remoteAddress, port: session.greeting.port };
          book.confirm(id, endpoint);
          offLink.reached(endpoint);
          this.tell({ type: 'signalling.opened', id, ...fact });
        },
        about: (id, event) => this.tell({ type: 'peer', id, event }),
        refused: () => countRefusal(counters, 'ERR_PEER_LIMIT'),
        fault: (id, address, code) => refused({ code, address, id }, endedSession),
      },
      trace,
    );
  }

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
      tally: (id) => delivery.tally(id),
      measured: (id, no, ms) => this.connections.measured(id, no, ms),
      clock,
      counters,
      trace,
    });
  }

  #createNoticePublisher(): NoticePublisher {
    const { counters, source, print } = this.monitoring;
    const { logger, logs } = this.#config;
    return createNoticePublisher({ counters, logger, source, print, listened: () => source.noticesObserved || logs });
  }
}
