import type { ConnectionChange } from '../../api/peers.ts';
import { limits } from '../../limits.ts';
import type { ConnectionState } from '../../machines/connection/reasons.ts';
import type { Host, Run } from './hosts.ts';
import type { SimulatedConditions } from './network-conditions.ts';

/** Where each state may lead; a connection that is replaced or upgraded stays connected. */
const allowedTransitions: Readonly<Record<ConnectionState, readonly ConnectionState[]>> = {
  new: ['connecting', 'closed'],
  connecting: ['connected', 'failed', 'closed'],
  connected: ['connected', 'failed', 'closed'],
  failed: ['connecting', 'closed'],
  closed: ['new'],
};

/** Silence that a node may take to notice, and the distance between two checks. */
const { downMs, busyPingMs, checkEveryMs } = limits.link;
/** What happened so long ago has no part in what happens now. */
const aftermathMs = 5_000;
const slackMs = 2 * checkEveryMs + 100;

/** How long it took to notice what. */
export interface Detection {
  readonly what: 'killed' | 'cut';
  readonly ms: number;
}

export interface InvariantsDeps {
  readonly conditions: SimulatedConditions;
  readonly now: () => number;
  readonly find: (id: string) => Host | undefined;
  readonly onViolation: (what: string) => void;
}

const pairOf = (one: string, other: string): string => [one, other].sort().join();

/** What has to hold at every moment of a simulation, for what nodes say of their peers. */
export class Invariants {
  readonly detections: Detection[] = [];
  readonly #deps: InvariantsDeps;
  readonly #states = new Map<string, ConnectionState>();
  /** When links over WebRTC alone broke, by the two runs. */
  readonly #webrtcBrokenAt = new Map<string, number>();
  #mayFail = true;

  constructor(deps: InvariantsDeps) {
    this.#deps = deps;
  }

  /** From now on there is no fault, and nothing is left of earlier ones: no connection may fail. */
  expectNoFailure(): void {
    this.#mayFail = this.#deps.conditions.wasLossy;
  }

  /** Links of the two runs broke: all of them, or those over WebRTC while signalling goes on. */
  linksBroke(one: Run, other: Run, what: 'all' | 'webrtc'): void {
    const { conditions, now } = this.#deps;
    const pair = pairOf(one.name, other.name);
    const undisturbed = [one, other].every(({ disturbedUntil }) => disturbedUntil < now() - aftermathMs);
    if (what === 'webrtc' && undisturbed && conditions.faultlessSince(now())) this.#webrtcBrokenAt.set(pair, now());
    else this.#webrtcBrokenAt.delete(pair);
  }

  /** To be called with each transition that a running node reports. */
  checkTransition(run: Run, change: ConnectionChange): void {
    const { conditions, find, onViolation } = this.#deps;
    const before = this.#checkOrder(run, change);
    if (!this.#mayFail && change.state === 'failed')
      onViolation(`${run.name} gives up host ${find(change.id)?.at} (${change.reason}), and nothing is wrong`);
    if (before !== 'connected' || change.state === 'connected' || conditions.lossy) return;
    const host = find(change.id);
    if (!host) return;
    this.#checkCause(run, host, change);
    this.#recordDetection(run, host);
  }

  /** No node has a peer that it cannot have heard for longer than it takes to notice. */
  checkPeers(runs: readonly Run[]): void {
    for (const run of runs)
      if (!run.clock.frozen && run.disturbedUntil !== Number.POSITIVE_INFINITY)
        for (const id of run.peers.keys()) this.#checkPeer(run, id);
  }

  /** Since when nothing can have come to this run from that host; undefined if something can. */
  #unheardSince(run: Run, other: Host): number | undefined {
    const since = this.#deps.conditions.blockedSince(other.address, run.host.address);
    const dead = other.run === undefined ? other.endedAt : undefined;
    return dead === undefined ? since : Math.min(dead, since ?? dead);
  }

  /** Returns the state before. */
  #checkOrder(run: Run, change: ConnectionChange): ConnectionState | null {
    const { onViolation } = this.#deps;
    const key = `${run.name} ${change.id}`;
    const before = this.#states.get(key) ?? null;
    this.#states.set(key, change.state);
    const isAllowed =
      before === null || before === 'closed'
        ? change.state === 'new'
        : allowedTransitions[before].includes(change.state);
    if (!isAllowed) onViolation(`${run.name} goes from ${before} to ${change.state}`);
    if (before !== 'closed' && change.previous !== before)
      onViolation(`${run.name} says that it left ${change.previous}, not ${before}`);
    return before;
  }

  /** A connection to that host is lost: there must be a cause. */
  #checkCause(run: Run, host: Host, { state, reason }: ConnectionChange): void {
    const { conditions, now, onViolation } = this.#deps;
    const brokenAt = host.run && this.#webrtcBrokenAt.get(pairOf(run.name, host.run.name));
    const isLoss = reason === 'link-lost' || reason === 'remote-lost';
    if (brokenAt !== undefined && isLoss && now() - brokenAt < aftermathMs && conditions.faultlessSince(brokenAt))
      onViolation(`${run.name} gives up host ${host.at} (${reason}), though signalling with it goes on`);
    const stopped = host.run === undefined && host.endedBy === 'stop';
    if (stopped && state === 'failed' && conditions.faultlessSince(host.endedAt ?? 0) && !run.clock.frozen)
      onViolation(`${run.name} takes it for a failure (${reason}) that host ${host.at} stopped`);
  }

  /** How long the run took to notice that the host is silent. */
  #recordDetection(run: Run, host: Host): void {
    const { conditions, now } = this.#deps;
    const since = this.#unheardSince(run, host);
    if (since === undefined || since < run.disturbedUntil || run.clock.frozen) return;
    const { address } = run.host;
    const isCut =
      conditions.blockedSince(host.address, address) !== undefined ||
      conditions.blockedSince(address, host.address) !== undefined;
    const killed = host.run === undefined && host.endedBy === 'process' && !isCut;
    // Where there are other faults as well it is they that are noticed.
    if (killed && !conditions.faultlessSince(since)) return;
    this.detections.push({ what: killed ? 'killed' : 'cut', ms: now() - since });
  }

  #checkPeer(run: Run, id: string): void {
    const { conditions, now, find, onViolation } = this.#deps;
    const other = find(id);
    if (!other || other === run.host) {
      onViolation(`${run.name} has a peer that does not exist`);
      return;
    }
    const msSince = (at: number | undefined): number =>
      at === undefined ? 0 : now() - Math.max(at, run.disturbedUntil);
    const unheardMs = msSince(this.#unheardSince(run, other));
    const unreachedMs = msSince(conditions.blockedSince(run.host.address, other.address));
    if (unheardMs > downMs + slackMs)
      onViolation(`${run.name} has heard nothing of host ${other.at} for ${unheardMs} ms and calls it a peer`);
    if (unreachedMs > downMs + busyPingMs + slackMs)
      onViolation(`${run.name} has not reached host ${other.at} for ${unreachedMs} ms and calls it a peer`);
  }
}
