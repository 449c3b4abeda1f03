import { limits } from '../../src/limits.ts';
import type { RunningLink } from '../../src/testing/model/recording-machine.ts';
import type { Host, PairDeps } from './connection-pair.ts';

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

const isDead = ({ host, stopped, down }: End): boolean => !host.alive || stopped || down;

/** The links of a pair: offer and answer over their session, then three hops of records to be open on both sides. */
export class PairLinks {
  readonly #deps: PairDeps;
  readonly #ends = new Set<End>();
  readonly #offered = new Map<string, End>();

  constructor(deps: PairDeps) {
    this.#deps = deps;
  }

  start(host: Host, link: RunningLink): () => void {
    const end: End = { host, link, peer: null, open: false, stopped: false, down: false, silent: false };
    this.#ends.add(end);
    const { role, signalling: key, generation, via, paced } = link.input;
    const name = `${key}/${generation}`;
    if (role === 'offerer') {
      this.#offered.set(name, end);
      // Not at once: the machine has not taken note of this actor yet.
      this.#deps.after(paced ? this.#deps.turnMs() : 0, () => {
        if (!end.stopped) this.#deps.sendOverSession(host, key, { type: 'offer', key, generation, via });
      });
    } else {
      const offerer = this.#offered.get(name);
      if (offerer) this.#answer(end, offerer);
    }
    return () => this.#stop(end);
  }

  probe(host: Host, no: number): void {
    const end = this.#find(host, no);
    if (!end) return;
    this.#deps.later(2, () => {
      if (!isDead(end) && !this.#isDeaf(end)) this.#deps.send(host, { type: 'link.heard', no });
    });
  }

  farewell(host: Host, no: number, reason: 'disconnect' | 'stopping'): void {
    const peer = this.#find(host, no)?.peer;
    const { incarnation } = host;
    if (peer && this.#passes(peer))
      this.#deps.later(1, () => this.#deps.send(peer.host, { type: 'remote.bye', reason, incarnation }));
  }

  /** That side's end of its open link fails; the link notifies the other side of nothing. */
  fail(host: Host): void {
    const end = [...this.#ends].find((one) => one.host === host && one.open && !isDead(one));
    if (!end) return;
    const { peer } = end;
    this.#goDown(end, false);
    if (peer) this.#listen(peer);
  }

  /** That side's end of a session is over: what it carried is down. */
  sessionEnded(host: Host, key: string): void {
    for (const end of [...this.#ends])
      if (end.host === host && end.link.input.via === 'tls' && end.link.input.signalling === key)
        this.#goDown(end, false);
  }

  /** Starts the time limits of every end that receives nothing any more. */
  fallSilent(): void {
    for (const end of this.#ends) if (end.open) this.#listen(end);
  }

  hearAgain(): void {
    for (const end of this.#ends) {
      if (!end.silent || this.#isDeaf(end)) continue;
      end.silent = false;
      this.#deps.send(end.host, { type: 'link.heard', no: end.link.input.no });
    }
  }

  /** True if the link that this side shows ends at the link that the other side shows. */
  joined(): boolean {
    const { low, high } = this.#deps.hosts;
    const no = low.rig.context.link?.no;
    const end = no === undefined ? undefined : this.#find(low, no);
    const peer = end?.peer;
    return (
      peer !== undefined &&
      peer !== null &&
      !isDead(peer) &&
      peer.host === high &&
      peer.link.input.no === high.rig.context.link?.no
    );
  }

  #find(host: Host, no: number): End | undefined {
    return [...this.#ends].find((end) => end.host === host && end.link.input.no === no && !end.stopped);
  }

  /** Whether records get from one end to the other. */
  #passes({ link }: End): boolean {
    const { conditions, wires } = this.#deps;
    return link.input.via === 'webrtc'
      ? conditions.udp
      : wires.some(({ key, open }) => key === link.input.signalling && open.low && open.high);
  }

  #isDeaf(end: End): boolean {
    return !this.#passes(end) || !end.peer || isDead(end.peer);
  }

  #stop(end: End): void {
    const { host, link, peer } = end;
    const { signalling: key, generation } = link.input;
    end.stopped = true;
    this.#ends.delete(end);
    if (!end.open && !end.down && host.alive)
      this.#deps.sendOverSession(host, key, { type: 'remote.lost', generation });
    // One that was replaced stays until the other side has the new one.
    const replaced = [...this.#ends].some((other) => other.host === host && other.open && !other.stopped);
    if (host.alive && this.#passes(end) && peer) this.#deps.later(replaced ? 3 : 1, () => this.#goDown(peer, false));
    else if (peer) this.#listen(peer);
  }

  #goDown(end: End, silent: boolean): void {
    if (isDead(end)) return;
    end.down = true;
    const { host, link } = end;
    const { generation, no } = link.input;
    const wire = this.#deps.wires.find(({ hosts, open }) => hosts[host.side] === host && open[host.side]);
    if (wire) this.#deps.sendOverSession(host, wire.key, { type: 'remote.lost', generation });
    this.#deps.send(host, { type: 'link.down', no, silent, code: silent ? 'ERR_TIMEOUT' : 'ERR_TRANSPORT' });
  }

  #listen(end: End): void {
    const { no } = end.link.input;
    this.#deps.after(limits.link.suspectMs, () => {
      if (isDead(end) || !end.open || !this.#isDeaf(end) || end.silent) return;
      end.silent = true;
      this.#deps.send(end.host, { type: 'link.silent', no });
      this.#deps.after(limits.link.downMs - limits.link.suspectMs, () => {
        if (this.#isDeaf(end) && end.silent) this.#goDown(end, true);
      });
    });
  }

  /** Datagrams that were lost are sent again until they arrive. */
  #opens(end: End): void {
    if (isDead(end) || !end.peer || isDead(end.peer)) return;
    if (!this.#passes(end)) {
      this.#deps.after(200, () => this.#opens(end));
      return;
    }
    end.open = true;
    this.#deps.send(end.host, { type: 'link.open', no: end.link.input.no });
    if (this.#isDeaf(end)) this.#listen(end);
  }

  #answer(end: End, offerer: End): void {
    const { conditions, later, send } = this.#deps;
    end.peer = offerer;
    offerer.peer = end;
    const { host, link } = end;
    const { no } = offerer.link.input;
    later(0, () => send(host, { type: 'link.negotiated', no: link.input.no }));
    later(1, () => {
      if (!isDead(offerer)) send(offerer.host, { type: 'link.negotiated', no });
    });
    if (conditions.stalls > 0) {
      conditions.stalls -= 1;
      return;
    }
    later(2, () => this.#opens(offerer));
    later(3, () => this.#opens(end));
  }
}
