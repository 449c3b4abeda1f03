import type { ConnectionEvent } from '../../src/machines/connection/events.ts';
import type { ConnectionPolicy } from '../../src/machines/connection/policy/connection-policy.ts';
import type { Incarnation } from '../../src/protocol/incarnation.ts';
import type { ByeReason } from '../../src/protocol/signal.ts';
import type { Via } from '../../src/protocol/via.ts';
import {
  type ConnectionDeed,
  type ConnectionRig,
  createConnectionRig,
} from '../../src/testing/model/connection-rig.ts';
import { createVirtualClock } from '../../src/testing/virtual-clock.ts';
import { createPairLinks, type PairLinks } from './pair-links.ts';

export type Side = 'low' | 'high';
export const otherSide = (side: Side): Side => (side === 'low' ? 'high' : 'low');

/** One run of a node with its connection to the other one. */
export interface Host {
  readonly side: Side;
  readonly incarnation: Incarnation;
  readonly rig: ConnectionRig;
  alive: boolean;
}

/** A signalling session; each end is open or not. */
export interface Wire {
  readonly key: string;
  readonly hosts: Readonly<Record<Side, Host>>;
  readonly open: Record<Side, boolean>;
}

export interface Weather {
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

export interface PairWorld {
  readonly weather: Weather;
  readonly wires: readonly Wire[];
  later(hops: number, fn: () => void): void;
  after(ms: number, fn: () => void): void;
  tell(host: Host, ...events: readonly ConnectionEvent[]): void;
  /** Sends over a session: it arrives if the other end is still open then. */
  post(host: Host, key: string, event: ConnectionEvent): void;
  readonly hosts: Readonly<Record<Side, Host>>;
  readonly turnMs: () => number;
}

/**
 * Two connection machines, of the lower and of the higher id, over a network that is a clock and a few tables: sessions
 * are dialed, carry offers and break; links open, fall silent and die, as those of a node do.
 */
export function createPair(options: PairOptions = {}) {
  const clock = createVirtualClock();
  const latency = options.latencyMs ?? 1;
  const weather: Weather = { udp: true, tcp: { low: true, high: true }, stalls: 0 };
  const wires: Wire[] = [];
  const trace: string[] = [];
  let counter = 100;

  const after = (ms: number, fn: () => void): void => void clock.setTimeout(fn, ms);
  const later = (hops: number, fn: () => void): void => after(hops * latency, fn);

  function tell(host: Host, ...events: readonly ConnectionEvent[]): void {
    for (const event of events) {
      if (!host.alive || host.rig.actor.getSnapshot().status !== 'active') return;
      trace.push(`${clock.monotonic()} ${host.side} ${event.type}`);
      host.rig.send(event);
    }
  }

  function post(host: Host, key: string, event: ConnectionEvent): void {
    const wire = wires.find((one) => one.key === key);
    const to = otherSide(host.side);
    if (!wire?.open[host.side]) return;
    later(1, () => {
      if (wire.open[to]) tell(wire.hosts[to], event);
    });
  }

  function closeEnd(wire: Wire, side: Side, bye: ByeReason | null, events: readonly ConnectionEvent[] = []): void {
    if (!wire.open[side]) return;
    wire.open[side] = false;
    tell(wire.hosts[side], ...events, { type: 'signalling.closed', key: wire.key, bye });
    links.sessionEnded(wire.hosts[side], wire.key);
  }

  function end(host: Host, key: string, reason: ByeReason): void {
    const wire = wires.find((one) => one.key === key);
    if (!wire?.open[host.side]) return;
    wire.open[host.side] = false;
    after(0, () => {
      tell(host, { type: 'signalling.closed', key, bye: reason });
      links.sessionEnded(host, key);
    });
    const leaves = reason === 'disconnect' || reason === 'stopping';
    const bye: ConnectionEvent[] = leaves ? [{ type: 'remote.bye', reason, incarnation: host.incarnation }] : [];
    later(1, () => closeEnd(wire, otherSide(host.side), reason, bye));
  }

  const generationOf = ({ rig: { context } }: Host): number =>
    context.state === 'connected' ? (context.link?.generation ?? 0) : 0;

  /** A link that a probe is under way on is not named in a greeting. */
  const greetedBy = (host: Host): number =>
    host.rig.state.startsWith('connected.verifying') && !host.rig.context.verification.heard ? 0 : generationOf(host);

  /** Reaches the other side after two hops, tells its greeting, is greeted back; a hop each. */
  function dial(host: Host): () => void {
    let cancelled = false;
    const from = host.side;
    const to = otherSide(from);
    const fail = (refused: boolean): void => {
      const code = refused ? 'ERR_REFUSED' : 'ERR_TIMEOUT';
      if (!cancelled) tell(host, { type: 'dial.failed', refused, denied: false, code });
    };
    // Nothing else of this node is being dialed.
    later(0, () => {
      if (!cancelled) tell(host, { type: 'dial.begun' });
    });
    later(2, () => {
      if (cancelled || !host.alive) return;
      if (!weather.tcp[from]) return after(2_000, () => fail(false));
      const target = hosts[to];
      if (!target.alive) return fail(true);
      const [localGeneration, greeted] = [generationOf(host), greetedBy(host)];
      // Who gives up now cannot call its greeting back.
      later(1, () => {
        if (!host.alive) return;
        if (!target.alive) return fail(true);
        const [otherGeneration, answered] = [generationOf(target), greetedBy(target)];
        const ends = from === 'low' ? { low: host, high: target } : { low: target, high: host };
        const wire: Wire = { key: `s${wires.length + 1}`, hosts: ends, open: { low: false, high: false } };
        wires.push(wire);
        wire.open[to] = true;
        const { key } = wire;
        later(1, () => {
          if (cancelled || !host.alive) return closeEnd(wire, to, null);
          if (!wire.open[to]) return fail(false);
          wire.open[from] = true;
          tell(host, {
            type: 'signalling.opened',
            key,
            opener: 'local',
            incarnation: target.incarnation,
            remoteGeneration: answered,
            localGeneration,
          });
        });
        const { incarnation } = host;
        tell(target, {
          type: 'signalling.opened',
          key,
          opener: 'remote',
          incarnation,
          remoteGeneration: greeted,
          localGeneration: otherGeneration,
        });
      });
    });
    return () => {
      cancelled = true;
    };
  }

  function onDeed(host: Host, deed: ConnectionDeed): void {
    if (deed.deed === 'end') end(host, deed.key, deed.reason);
    if (deed.deed === 'probe') links.probe(host, deed.no);
    if (deed.deed === 'farewell') links.farewell(host, deed.no, deed.reason);
    if (deed.deed === 'report') trace.push(`${clock.monotonic()} ${host.side} is ${deed.state}: ${deed.reason}`);
  }

  function createHost(side: Side, incarnation: Incarnation): Host {
    const made: { host?: Host } = {};
    const withHost = <Result>(fn: (host: Host) => Result, otherwise: Result): Result =>
      made.host ? fn(made.host) : otherwise;
    const rig = createConnectionRig({
      offers: side === 'low',
      clock,
      ...(options.policy && { policy: options.policy }),
      ...(options.random && { random: options.random }),
      ...(options.transports && { transports: options.transports }),
      onLink: (link) =>
        withHost(
          (host) => links.start(host, link),
          () => undefined,
        ),
      onDial: () => withHost(dial, () => undefined),
      onDeed: (deed) => withHost((host) => onDeed(host, deed), undefined),
    });
    made.host = { side, incarnation, rig, alive: true };
    return made.host;
  }

  const newIncarnation = (): Incarnation => {
    counter += 1;
    return { counter, random: `${counter}`.padStart(16, '0') };
  };
  const hosts: Record<Side, Host> = {
    low: createHost('low', newIncarnation()),
    high: createHost('high', newIncarnation()),
  };
  const links: PairLinks = createPairLinks({
    weather,
    wires,
    later,
    after,
    tell,
    post,
    hosts,
    turnMs: options.turnMs ?? (() => 0),
  });

  /** The process ends without a word: its sockets are reset, its datagrams stop. */
  function kill(side: Side): void {
    const host = hosts[side];
    host.alive = false;
    host.rig.actor.stop();
    for (const wire of wires) {
      wire.open[side] = wire.hosts[side] === host ? false : wire.open[side];
      if (wire.hosts[side] === host) later(1, () => closeEnd(wire, otherSide(side), null));
    }
    links.fallSilent();
  }

  return {
    clock,
    weather,
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
    start(side: Side, incarnation = newIncarnation()): void {
      if (hosts[side].alive) kill(side);
      hosts[side] = createHost(side, incarnation);
    },
    cutUdp(): void {
      weather.udp = false;
      links.fallSilent();
    },
    restoreUdp(): void {
      weather.udp = true;
      links.hearAgain();
    },
    /** Every session breaks without a bye. */
    breakSessions(): void {
      for (const wire of wires) {
        closeEnd(wire, 'low', null);
        closeEnd(wire, 'high', null);
      }
    },
    /** Both dial and come together. */
    connect(): void {
      tell(hosts.low, { type: 'connect', explicit: false });
      tell(hosts.high, { type: 'connect', explicit: false });
      clock.advance(1_000);
    },
    tell: (side: Side, ...events: readonly ConnectionEvent[]): void => tell(hosts[side], ...events),
  };
}

export type Pair = ReturnType<typeof createPair>;
