import type { ConnectionEvent } from '../../src/machines/connection/events.ts';
import type { ByeReason } from '../../src/protocol/signal.ts';
import { type Host, otherSide, type PairDeps, type Side } from './connection-pair.ts';

/** A signalling session; each end is open or not. */
export interface Wire {
  readonly key: string;
  readonly hosts: Readonly<Record<Side, Host>>;
  readonly open: Record<Side, boolean>;
}

/** The signalling sessions of a pair, and the dials that open them. */
export interface PairSessions {
  readonly wires: readonly Wire[];
  /** Dials the other side; returns what cancels the dial. */
  dial(host: Host): () => void;
  /** Sends over a session: it arrives if the other end is still open then. */
  send(host: Host, key: string, event: ConnectionEvent): void;
  /** That side closes its end with a bye. */
  end(host: Host, key: string, reason: ByeReason): void;
  /** The process of that side ended: its ends are closed, and the other side notices after a hop. */
  killed(host: Host): void;
  /** Every session breaks without a bye. */
  breakAll(): void;
}

export type PairSessionsDeps = Pick<PairDeps, 'conditions' | 'hosts' | 'later' | 'after' | 'send'> & {
  readonly onEnded: (host: Host, key: string) => void;
};

const generationOf = ({ rig: { context } }: Host): number =>
  context.state === 'connected' ? (context.link?.generation ?? 0) : 0;

/** A link that was probed and has not answered yet is not named in a greeting. */
const greetedBy = (host: Host): number =>
  host.rig.state.startsWith('connected.verifying') && !host.rig.context.verification.heard ? 0 : generationOf(host);

interface DialDeps extends Omit<PairSessionsDeps, 'onEnded'> {
  addWire(host: Host, target: Host): Wire;
  closeEnd(wire: Wire, side: Side, bye: ByeReason | null): void;
}

/** Reaches the other side after two hops, sends its greeting, receives the other one; a hop each. */
function dial(host: Host, { conditions, hosts, later, after, send, addWire, closeEnd }: DialDeps): () => void {
  let cancelled = false;
  const { side: from, incarnation } = host;
  const to = otherSide(from);
  const fail = (refused: boolean): void => {
    const code = refused ? 'ERR_REFUSED' : 'ERR_TIMEOUT';
    if (!cancelled) send(host, { type: 'dial.failed', refused, denied: false, code });
  };
  // No other dial of this node is under way.
  later(0, () => {
    if (!cancelled) send(host, { type: 'dial.begun' });
  });
  later(2, () => {
    if (cancelled || !host.alive) return;
    if (!conditions.tcp[from]) return after(2_000, () => fail(false));
    const target = hosts[to];
    if (!target.alive) return fail(true);
    const [localGeneration, greeted] = [generationOf(host), greetedBy(host)];
    // A dialer that gives up now cannot take its greeting back.
    later(1, () => {
      if (!host.alive) return;
      if (!target.alive) return fail(true);
      const [otherGeneration, answered] = [generationOf(target), greetedBy(target)];
      const wire = addWire(host, target);
      const { key } = wire;
      later(1, () => {
        if (cancelled || !host.alive) return closeEnd(wire, to, null);
        if (!wire.open[to]) return fail(false);
        wire.open[from] = true;
        const { incarnation: answering } = target;
        send(host, {
          type: 'signalling.opened',
          key,
          opener: 'local',
          incarnation: answering,
          remoteGeneration: answered,
          localGeneration,
        });
      });
      send(target, {
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

export function createPairSessions({ conditions, hosts, later, after, send, onEnded }: PairSessionsDeps): PairSessions {
  const wires: Wire[] = [];
  const find = (key: string): Wire | undefined => wires.find((one) => one.key === key);

  function closeEnd(wire: Wire, side: Side, bye: ByeReason | null, events: readonly ConnectionEvent[] = []): void {
    if (!wire.open[side]) return;
    wire.open[side] = false;
    send(wire.hosts[side], ...events, { type: 'signalling.closed', key: wire.key, bye });
    onEnded(wire.hosts[side], wire.key);
  }

  function addWire(host: Host, target: Host): Wire {
    const ends = host.side === 'low' ? { low: host, high: target } : { low: target, high: host };
    const wire: Wire = { key: `s${wires.length + 1}`, hosts: ends, open: { low: false, high: false } };
    wires.push(wire);
    wire.open[target.side] = true;
    return wire;
  }

  return {
    wires,
    dial: (host) => dial(host, { conditions, hosts, later, after, send, addWire, closeEnd }),
    send(host, key, event) {
      const wire = find(key);
      const to = otherSide(host.side);
      if (!wire?.open[host.side]) return;
      later(1, () => {
        if (wire.open[to]) send(wire.hosts[to], event);
      });
    },
    end(host, key, reason) {
      const wire = find(key);
      if (!wire?.open[host.side]) return;
      wire.open[host.side] = false;
      after(0, () => {
        send(host, { type: 'signalling.closed', key, bye: reason });
        onEnded(host, key);
      });
      const leaves = reason === 'disconnect' || reason === 'stopping';
      const bye: ConnectionEvent[] = leaves ? [{ type: 'remote.bye', reason, incarnation: host.incarnation }] : [];
      later(1, () => closeEnd(wire, otherSide(host.side), reason, bye));
    },
    killed(host) {
      const { side } = host;
      for (const wire of wires) {
        if (wire.hosts[side] !== host) continue;
        wire.open[side] = false;
        later(1, () => closeEnd(wire, otherSide(side), null));
      }
    },
    breakAll() {
      for (const wire of wires) {
        closeEnd(wire, 'low', null);
        closeEnd(wire, 'high', null);
      }
    },
  };
}
