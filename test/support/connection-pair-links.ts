import { limits } from '../../src/limits.ts';
import type { RunningLink } from '../../src/testing/model/recording-machine.ts';
import { type Host, otherSide, type PairDeps } from './connection-pair.ts';

/** One side's end of a link. */
interface End {
  readonly host: Host;
  readonly link: RunningLink;
  peer: End | null;
  open: boolean;
  /** Its actor was stopped. */
  stopped: boolean;
  /** It reported that the link is down. */
  down: boolean;
  silent: boolean;
}

export interface PairLinks {
  start(host: Host, link: RunningLink): () => void;
  probe(host: Host, no: number): void;
  farewell(host: Host, no: number, reason: 'disconnect' | 'stopping'): void;
  /** That side's end of its open link fails; the link notifies the other side of nothing. */
  fail(host: Host): void;
  /** That side's end of a session is over: what it carried is down. */
  sessionEnded(host: Host, key: string): void;
  /** Starts the time limits of every end that receives nothing any more. */
  fallSilent(): void;
  hearAgain(): void;
  /** True if the link that this side shows ends at the link that the other side shows. */
  joined(): boolean;
}

/** The links of a pair: offer and answer over their session, then three hops of records to be open on both sides. */
export function createPairLinks(deps: PairDeps): PairLinks {
  const { conditions, wires, later, after, send, sendOverSession } = deps;
  const ends = new Set<End>();
  const offered = new Map<string, End>();

  const dead = ({ host, stopped, down }: End): boolean => !host.alive || stopped || down;
  /** Whether records get from one end to the other. */
  const passes = ({ link }: End): boolean =>
    link.input.via === 'webrtc'
      ? conditions.udp
      : wires.some(({ key, open }) => key === link.input.signalling && open.low && open.high);
  const deaf = (end: End): boolean => !passes(end) || !end.peer || dead(end.peer);
  const find = (host: Host, no: number): End | undefined =>
    [...ends].find((end) => end.host === host && end.link.input.no === no && !end.stopped);

  function goDown(end: End, silent: boolean): void {
    if (dead(end)) return;
    end.down = true;
    const { host, link } = end;
    const { generation, no } = link.input;
    const wire = wires.find(({ hosts, open }) => hosts[host.side] === host && open[host.side]);
    if (wire) sendOverSession(host, wire.key, { type: 'remote.lost', generation });
    send(host, { type: 'link.down', no, silent, code: silent ? 'ERR_TIMEOUT' : 'ERR_TRANSPORT' });
  }

  function listen(end: End): void {
    const { no } = end.link.input;
    after(limits.link.suspectMs, () => {
      if (dead(end) || !end.open || !deaf(end) || end.silent) return;
      end.silent = true;
      send(end.host, { type: 'link.silent', no });
      after(limits.link.downMs - limits.link.suspectMs, () => {
        if (deaf(end) && end.silent) goDown(end, true);
      });
    });
  }

  /** Datagrams that were lost are sent again until they arrive. */
  function opens(end: End): void {
    if (dead(end) || !end.peer || dead(end.peer)) return;
    if (!passes(end)) {
      after(200, () => opens(end));
      return;
    }
    end.open = true;
    send(end.host, { type: 'link.open', no: end.link.input.no });
    if (deaf(end)) listen(end);
  }

  function answer(end: End, offerer: End): void {
    end.peer = offerer;
    offerer.peer = end;
    const { host, link } = end;
    const { no } = offerer.link.input;
    later(0, () => send(host, { type: 'link.negotiated', no: link.input.no }));
    later(1, () => {
      if (!dead(offerer)) send(offerer.host, { type: 'link.negotiated', no });
    });
    if (conditions.stalls > 0) {
      conditions.stalls -= 1;
      return;
    }
    later(2, () => opens(offerer));
    later(3, () => opens(end));
  }

  return {
    start(host, link) {
      const end: End = { host, link, peer: null, open: false, stopped: false, down: false, silent: false };
      ends.add(end);
      const { role, signalling: key, generation, via, paced } = link.input;
      const name = `${key}/${generation}`;
      if (role === 'offerer') {
        offered.set(name, end);
        // Not at once: the machine has not taken note of this actor yet.
        after(paced ? deps.turnMs() : 0, () => {
          if (!end.stopped) sendOverSession(host, key, { type: 'offer', key, generation, via });
        });
      } else {
        const offerer = offered.get(name);
        if (offerer) answer(end, offerer);
      }
      return () => {
        end.stopped = true;
        ends.delete(end);
        const { peer } = end;
        if (!end.open && !end.down && host.alive) sendOverSession(host, key, { type: 'remote.lost', generation });
        // One that was replaced stays until the other side has the new one.
        const replaced = [...ends].some((other) => other.host === host && other.open && !other.stopped);
        if (host.alive && passes(end) && peer) later(replaced ? 3 : 1, () => goDown(peer, false));
        else if (peer) listen(peer);
      };
    },
    probe(host, no) {
      const end = find(host, no);
      if (!end) return;
      later(2, () => {
        if (!dead(end) && !deaf(end)) send(host, { type: 'link.heard', no });
      });
    },
    farewell(host, no, reason) {
      const peer = find(host, no)?.peer;
      const { incarnation } = host;
      if (peer && passes(peer)) later(1, () => send(peer.host, { type: 'remote.bye', reason, incarnation }));
    },
    fail(host) {
      const end = [...ends].find((one) => one.host === host && one.open && !dead(one));
      if (!end) return;
      const { peer } = end;
      goDown(end, false);
      if (peer) listen(peer);
    },
    sessionEnded(host, key) {
      for (const end of [...ends])
        if (end.host === host && end.link.input.via === 'tls' && end.link.input.signalling === key) goDown(end, false);
    },
    fallSilent() {
      for (const end of ends) if (end.open) listen(end);
    },
    hearAgain() {
      for (const end of ends) {
        if (!end.silent || deaf(end)) continue;
        end.silent = false;
        send(end.host, { type: 'link.heard', no: end.link.input.no });
      }
    },
    joined() {
      const { low, high } = deps.hosts;
      const no = low.rig.context.link?.no;
      const end = no === undefined ? undefined : find(low, no);
      const peer = end?.peer;
      return (
        peer !== undefined &&
        peer !== null &&
        !dead(peer) &&
        peer.host === deps.hosts[otherSide('low')] &&
        peer.link.input.no === high.rig.context.link?.no
      );
    },
  };
}
