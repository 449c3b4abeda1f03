import type { ConnectionChange } from '../../api/peers.ts';
import { limits } from '../../limits.ts';
import type { ConnectionState } from '../../machines/reasons.ts';
import type { Host, Run } from './hosts.ts';
import type { Sky } from './sky.ts';

/** Where each state may lead; a connection that is replaced or upgraded stays connected. */
const next: Readonly<Record<ConnectionState, readonly ConnectionState[]>> = {
  new: ['connecting', 'closed'],
  connecting: ['connected', 'failed', 'closed'],
  connected: ['connected', 'failed', 'closed'],
  failed: ['connecting', 'closed'],
  closed: ['new'],
};

/** Silence that a node may take to notice, and the distance between two looks. */
const { downMs, busyPingMs, checkEveryMs } = limits.link;
/** What happened so long ago has no part in what happens now. */
const calmMs = 5_000;
const slackMs = 2 * checkEveryMs + 100;

/** How long it took to notice what. */
export interface Detection {
  readonly what: 'killed' | 'cut';
  readonly ms: number;
}

/** Holds what nodes say of their peers against what is so. */
export function createTruth(options: {
  readonly sky: Sky;
  readonly now: () => number;
  readonly find: (id: string) => Host | undefined;
  readonly wrong: (what: string) => void;
}) {
  const { sky, now, find, wrong } = options;
  const states = new Map<string, ConnectionState>();
  let calm = false;
  const detections: Detection[] = [];
  /** When links over WebRTC alone broke, by the two runs. */
  const broken = new Map<string, number>();
  const between = (one: string, other: string): string => [one, other].sort().join();

  /** Since when nothing can have come to this run from that host; undefined if something can. */
  function deafSince(run: Run, other: Host): number | undefined {
    const since = sky.silentSince(other.address, run.host.address);
    const dead = other.run === undefined ? other.endedAt : undefined;
    return dead === undefined ? since : Math.min(dead, since ?? dead);
  }

  return {
    detections,
    /** From now on nothing goes wrong, and nothing that went wrong before is left: no connection may be given up. */
    beCalm: () => {
      calm = !sky.wasLossy;
    },
    broke(one: Run, other: Run, what: 'all' | 'webrtc'): void {
      const pair = between(one.name, other.name);
      const undisturbed = [one, other].every(({ disturbedUntil }) => disturbedUntil < now() - calmMs);
      if (what === 'webrtc' && undisturbed && sky.calmSince(now())) broken.set(pair, now());
      else broken.delete(pair);
    },
    /** A node reports a transition. */
    changed(run: Run, change: ConnectionChange): void {
      const key = `${run.name} ${change.id}`;
      const before = states.get(key) ?? null;
      states.set(key, change.state);
      const fits =
        before === null || before === 'closed' ? change.state === 'new' : next[before].includes(change.state);
      if (!fits) wrong(`${run.name} goes from ${before} to ${change.state}`);
      if (before !== 'closed' && change.previous !== before)
        wrong(`${run.name} says that it left ${change.previous}, not ${before}`);
      if (calm && change.state === 'failed')
        wrong(`${run.name} gives up host ${find(change.id)?.at} (${change.reason}), and nothing is wrong`);
      if (before !== 'connected' || change.state === 'connected' || sky.lossy) return;
      const host = find(change.id);
      if (!host) return;
      const brokenAt = host.run && broken.get(between(run.name, host.run.name));
      const isLoss = change.reason === 'link-lost' || change.reason === 'remote-lost';
      if (brokenAt !== undefined && isLoss && now() - brokenAt < calmMs && sky.calmSince(brokenAt))
        wrong(`${run.name} gives up host ${host.at} (${change.reason}), though signalling with it goes on`);
      const left = host.run === undefined && host.endedBy === 'stop';
      if (left && change.state === 'failed' && sky.calmSince(host.endedAt ?? 0) && !run.clock.frozen)
        wrong(`${run.name} takes it for a failure (${change.reason}) that host ${host.at} left`);
      const since = deafSince(run, host);
      if (since === undefined || since < run.disturbedUntil || run.clock.frozen) return;
      const { address } = run.host;
      const isCut =
        sky.silentSince(host.address, address) !== undefined || sky.silentSince(address, host.address) !== undefined;
      const killed = host.run === undefined && host.endedBy === 'process' && !isCut;
      // Where other things go wrong as well it is they that are noticed.
      if (killed && !sky.calmSince(since)) return;
      detections.push({ what: killed ? 'killed' : 'cut', ms: now() - since });
    },
    /** Nobody is called a peer who cannot have been heard for longer than it takes to notice. */
    look(runs: readonly Run[]): void {
      for (const run of runs) {
        if (run.clock.frozen || run.disturbedUntil === Number.POSITIVE_INFINITY) continue;
        for (const id of run.peers.keys()) {
          const other = find(id);
          if (!other || other === run.host) {
            wrong(`${run.name} has a peer that does not exist`);
            continue;
          }
          const deaf = deafSince(run, other);
          const mute = sky.silentSince(run.host.address, other.address);
          const deafMs = deaf === undefined ? 0 : now() - Math.max(deaf, run.disturbedUntil);
          const muteMs = mute === undefined ? 0 : now() - Math.max(mute, run.disturbedUntil);
          if (deafMs > downMs + slackMs)
            wrong(`${run.name} has heard nothing of host ${other.at} for ${deafMs} ms and calls it a peer`);
          if (muteMs > downMs + busyPingMs + slackMs)
            wrong(`${run.name} has not reached host ${other.at} for ${muteMs} ms and calls it a peer`);
        }
      }
    },
  };
}
