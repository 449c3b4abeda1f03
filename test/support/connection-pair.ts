import type { ConnectionEvent } from '../../src/machines/connection/events.ts';
import type { ConnectionPolicy } from '../../src/machines/connection/policy/connection-policy.ts';
import type { Incarnation } from '../../src/protocol/incarnation.ts';
import type { Via } from '../../src/protocol/via.ts';
import { type ConnectionRig, createConnectionRig } from '../../src/testing/model/connection-rig.ts';
import type { ConnectionEffect, RunningLink } from '../../src/testing/model/recording-machine.ts';
import { createVirtualClock, type VirtualClock } from '../../src/testing/virtual-clock.ts';
import { PairLinks } from './connection-pair-links.ts';
import { createPairSessions, type PairSessions, type Wire } from './connection-pair-sessions.ts';

export type Side = 'low' | 'high';
export const otherSide = (side: Side): Side => (side === 'low' ? 'high' : 'low');

/** One run of a node with its connection to the other one. */
export interface Host {
  readonly side: Side;
  readonly incarnation: Incarnation;
  readonly rig: ConnectionRig;
  alive: boolean;
}

export interface PairConditions {
  /** Datagrams pass. */
  udp: boolean;
  /** Dials of that side get through. */
  readonly tcp: Record<Side, boolean>;
  /** So many of the next links never open. */
  stalls: number;
}

export interface PairOptions {
  readonly policy?: Partial<ConnectionPolicy>;
  readonly random?: () => number;
  /** One way, in ms. */
  readonly latencyMs?: number;
  /** Of both sides; default: WebRTC alone. */
  readonly transports?: readonly Via[];
  /** How long an upgrade waits for its turn, asked for each; default: 0. */
  readonly turnMs?: () => number;
}

/** What the sessions and the links of a pair need of it. */
export interface PairDeps {
  readonly conditions: PairConditions;
  readonly wires: readonly Wire[];
  later(hops: number, fn: () => void): void;
  after(ms: number, fn: () => void): void;
  send(host: Host, ...events: readonly ConnectionEvent[]): void;
  /** Sends over a session: it arrives if the other end is still open then. */
  sendOverSession(host: Host, key: string, event: ConnectionEvent): void;
  readonly hosts: Readonly<Record<Side, Host>>;
  readonly turnMs: () => number;
}

interface HostActions {
  readonly onLink: (host: Host, link: RunningLink) => () => void;
  readonly onDial: (host: Host) => () => void;
  readonly onEffect: (host: Host, effect: ConnectionEffect) => void;
}

function createHost(
  side: Side,
  incarnation: Incarnation,
  clock: VirtualClock,
  options: PairOptions,
  on: HostActions,
): Host {
  const made: { host?: Host } = {};
  const withHost = <Result>(fn: (host: Host) => Result, otherwise: Result): Result =>
    made.host ? fn(made.host) : otherwise;
  const nothing = (): void => undefined;
  const rig = createConnectionRig({
    offers: side === 'low',
    clock,
    ...(options.policy && { policy: options.policy }),
    ...(options.random && { random: options.random }),
    ...(options.transports && { transports: options.transports }),
    onLink: (link) => withHost((host) => on.onLink(host, link), nothing),
    onDial: () => withHost(on.onDial, nothing),
    onEffect: (effect) => withHost((host) => on.onEffect(host, effect), undefined),
  });
  made.host = { side, incarnation, rig, alive: true };
  return made.host;
}

/** Hosts of a pair, whose incarnations count up. */
function createHosts(clock: VirtualClock, options: PairOptions, on: HostActions) {
  let counter = 100;
  const newIncarnation = (): Incarnation => {
    counter += 1;
    return { counter, random: `${counter}`.padStart(16, '0') };
  };
  const make = (side: Side, incarnation = newIncarnation()): Host => createHost(side, incarnation, clock, options, on);
  const hosts: Record<Side, Host> = { low: make('low'), high: make('high') };
  return { hosts, make };
}

/**
 * Two connection machines, of the lower and of the higher id, over a network that is a clock and a few tables: sessions
 * are dialed, carry offers and break; links open, fall silent and die, as those of a node do.
 */
export function createPair(options: PairOptions = {}) {
  const clock = createVirtualClock();
  const latency = options.latencyMs ?? 1;
  const conditions: PairConditions = { udp: true, tcp: { low: true, high: true }, stalls: 0 };
  const trace: string[] = [];
  const after = (ms: number, fn: () => void): void => void clock.setTimeout(fn, ms);
  const later = (hops: number, fn: () => void): void => after(hops * latency, fn);

  function send(host: Host, ...events: readonly ConnectionEvent[]): void {
    for (const event of events) {
      if (!host.alive || host.rig.actor.getSnapshot().status !== 'active') return;
      trace.push(`${clock.monotonic()} ${host.side} ${event.type}`);
      host.rig.send(event);
    }
  }

  const { hosts, make } = createHosts(clock, options, {
    onLink: (host, link) => links.start(host, link),
    onDial: (host) => sessions.dial(host),
    onEffect(host, effect) {
      if (effect.effect === 'end') sessions.end(host, effect.key, effect.reason);
      if (effect.effect === 'probe') links.probe(host, effect.no);
      if (effect.effect === 'farewell') links.farewell(host, effect.no, effect.reason);
      if (effect.effect === 'report')
        trace.push(`${clock.monotonic()} ${host.side} is ${effect.state}: ${effect.reason}`);
    },
  });
  const onEnded = (host: Host, key: string): void => links.sessionEnded(host, key);
  const sessions: PairSessions = createPairSessions({ conditions, hosts, later, after, send, onEnded });
  const { wires, send: sendOverSession } = sessions;
  const turnMs = options.turnMs ?? (() => 0);
  const links: PairLinks = new PairLinks({ conditions, wires, later, after, send, sendOverSession, hosts, turnMs });

  /** The process ends without notice: its sockets are reset, its datagrams stop. */
  function kill(side: Side): void {
    const host = hosts[side];
    host.alive = false;
    host.rig.actor.stop();
    sessions.killed(host);
    links.fallSilent();
  }

  return {
    clock,
    conditions,
    wires,
    trace,
    links,
    hosts,
    get low(): ConnectionRig {
      return hosts.low.rig;
    },
    get high(): ConnectionRig {
      return hosts.high.rig;
    },
    run: (ms: number): void => clock.advance(ms),
    kill,
    /** A new run of that side; without an incarnation of its own it is a newer one. */
    start(side: Side, incarnation?: Incarnation): void {
      if (hosts[side].alive) kill(side);
      hosts[side] = make(side, incarnation);
    },
    cutUdp(): void {
      conditions.udp = false;
      links.fallSilent();
    },
    restoreUdp(): void {
      conditions.udp = true;
      links.hearAgain();
    },
    breakSessions: sessions.breakAll,
    /** Both dial and connect. */
    connect(): void {
      send(hosts.low, { type: 'connect', explicit: false });
      send(hosts.high, { type: 'connect', explicit: false });
      clock.advance(1_000);
    },
    send: (side: Side, ...events: readonly ConnectionEvent[]): void => send(hosts[side], ...events),
  };
}

export type Pair = ReturnType<typeof createPair>;
