import type { DialTarget, SignallingSession } from '../../adapters/signalling/port.ts';
import type { Clock } from '../../environment.ts';
import { asLanpeerError, LanpeerError } from '../../errors.ts';
import { limits } from '../../limits.ts';
import type { ConnectionEvent } from '../../machines/connection/events.ts';
import type { DialInput } from '../../machines/connection/input.ts';
import type { DeviceId } from '../../protocol/device-id.ts';
import { dialFailure } from './dial-failure.ts';
import type { DialLimiter } from './dial-limiter.ts';
import { type PlannedDial, planDials } from './dial-order.ts';
import { type Endpoint, nameOf } from './endpoint.ts';
import { untilOnTime } from './event-loop-delay.ts';
import type { OffLink } from './off-link.ts';
import { StaggeredDials } from './staggered-dials.ts';

/** Dials one address in the time that a dial may take. Rejects with what `Signalling.dial` rejects with. */
export type Dial = (target: Omit<DialTarget, 'timeoutMs' | 'networkTag'>) => Promise<SignallingSession>;

export interface PeerDialDeps {
  readonly signalling: { readonly dial: Dial };
  readonly endpoints: (id: DeviceId) => readonly Endpoint[];
  /** Calls back whenever there may be more of them, until the returned function is called; default: never. */
  readonly watch?: (id: DeviceId, listener: () => void) => () => void;
  /** Addresses off the link, which are dialed one by one when all others have failed; default: none. */
  readonly offLink?: {
    readonly targets: (id: DeviceId) => readonly Endpoint[];
    readonly turn: OffLink['turn'];
  };
  readonly opened: (session: SignallingSession) => void;
  /** True if there is a connection to that peer, in any state. */
  readonly exists: (id: DeviceId) => boolean;
  /** No address led to the peer: those that are known may be old. */
  readonly lost: (id: DeviceId) => void;
  /** One address failed; for the log. */
  readonly failed: (id: DeviceId, endpoint: Endpoint, error: LanpeerError) => void;
  readonly clock: Clock;
  /** That of all dials of the node. */
  readonly limiter: DialLimiter;
}

const { added, addedPerSource } = limits.dial;

/** Of every signal: by default each has an error of its own, with a stack that nobody reads. */
const ended = new LanpeerError('ERR_ABORTED');

/** Dials one peer: at every address that is known, and at those that become known meanwhile. The first session wins. */
export class PeerDial {
  readonly #deps: PeerDialDeps;
  readonly #input: DialInput;
  /** Tells the machine. */
  readonly #tell: (event: ConnectionEvent) => void;
  readonly #controller = new AbortController();
  readonly #schedule: StaggeredDials;
  /** Not one that was only announced: any device can announce any. */
  readonly #best: Endpoint | undefined;
  readonly #errors = new Map<Endpoint, LanpeerError>();
  /** Names of the addresses that are dialed. */
  readonly #known: Set<string>;
  /** Those that became known since. */
  readonly #late: Endpoint[] = [];
  readonly #unwatch: () => void;
  /** Dials of the first round that have not ended. */
  #open: number;
  #hasTriedAll = false;
  #isStopped = false;

  constructor(deps: PeerDialDeps, input: DialInput, tell: (event: ConnectionEvent) => void) {
    this.#deps = deps;
    this.#input = input;
    this.#tell = tell;
    const { peerId } = input;
    const all = deps.endpoints(peerId);
    const plan = planDials(all);
    this.#best = all.find(({ source }) => source === undefined);
    this.#open = plan.filter(({ round }) => round === 0).length;
    this.#known = new Set(all.map(nameOf));
    this.#schedule = new StaggeredDials({
      plan,
      clock: deps.clock,
      signal: this.#controller.signal,
      dial: (planned) => {
        if (!this.#errors.has(planned.endpoint)) void this.#dial(planned);
      },
    });
    this.#unwatch = deps.watch?.(peerId, () => queueMicrotask(() => this.#addNew())) ?? (() => undefined);
    // Not at once: the machine has not taken note of this actor yet.
    queueMicrotask(() => this.#begin());
  }

  stop(): void {
    this.#isStopped = true;
    this.#end();
  }

  #begin(): void {
    if (this.#isStopped) return;
    if (this.#open === 0) {
      this.#open = 1;
      this.#settle();
    } else this.#schedule.next();
  }

  /** No dial begins any more, and those under way are given up. */
  #end(): void {
    this.#unwatch();
    this.#controller.abort(ended);
    this.#schedule.stop();
  }

  /** Where the device may be as well: whatever is being dialed already is not worth waiting for. */
  #addNew(): void {
    if (this.#controller.signal.aborted) return;
    for (const endpoint of this.#deps.endpoints(this.#input.peerId)) {
      const { source } = endpoint;
      if (this.#known.has(nameOf(endpoint)) || this.#late.length >= added) continue;
      if (this.#late.filter((one) => one.source === source).length >= addedPerSource) continue;
      this.#known.add(nameOf(endpoint));
      this.#late.push(endpoint);
      this.#open += 1;
      void this.#dial({ endpoint, round: 0 });
    }
  }

  /** One after another; what has no turn counts as not known. */
  async #dialOffLink(targets: readonly Endpoint[]): Promise<void> {
    const { signal } = this.#controller;
    for (const endpoint of targets) {
      if (await this.#deps.offLink?.turn(signal)) await this.#dial({ endpoint, round: 0 });
      else if (!signal.aborted) this.#settle();
    }
  }

  /** A dial of the first round has ended. */
  #settle(): void {
    this.#open -= 1;
    if (this.#open > 0) return;
    const targets = this.#hasTriedAll ? [] : (this.#deps.offLink?.targets(this.#input.peerId) ?? []);
    this.#hasTriedAll = true;
    this.#open = targets.length;
    if (this.#open === 0) this.#conclude();
    else void this.#dialOffLink(targets);
  }

  #conclude(): void {
    this.#end();
    this.#deps.lost(this.#input.peerId);
    this.#tell(dialFailure([...this.#errors.values()]));
  }

  async #dial({ endpoint, round }: Pick<PlannedDial, 'endpoint' | 'round'>): Promise<void> {
    const { clock, limiter, signalling } = this.#deps;
    const { peerId, patient } = this.#input;
    const { address, port, source } = endpoint;
    const { signal } = this.#controller;
    let release = (_reached: boolean): void => undefined;
    let reached = false;
    try {
      // Before it takes a place: a dial that waits must not keep others waiting.
      if (patient && !this.#schedule.isBegun) await untilOnTime(clock, signal);
      // A repeated dial leaves the way to first dials.
      const target = source === undefined ? undefined : address;
      release = await limiter.acquire(signal, source ?? (round > 0 ? `again ${peerId}` : undefined), target);
      if (signal.aborted) return;
      if (!this.#schedule.isBegun) {
        this.#tell({ type: 'dial.begun' });
        this.#schedule.begin();
      }
      const session = await signalling.dial({ address, port, id: peerId, signal });
      reached = true;
      this.#opened(session);
    } catch (thrown) {
      if (signal.aborted || round > 0) return;
      this.#failed(endpoint, asLanpeerError(thrown, 'ERR_SIGNALLING'));
    } finally {
      release(reached);
    }
  }

  #opened(session: SignallingSession): void {
    if (this.#isStopped) {
      // Where the peer is not wanted any more it must not take this for a session that broke, and call back.
      session.close(this.#deps.exists(this.#input.peerId) ? 'duplicate' : 'abandoned');
      return;
    }
    this.#end();
    // Of two that came at one moment neither is closed here: which one is needed the lower id decides.
    this.#deps.opened(session);
  }

  #failed(endpoint: Endpoint, error: LanpeerError): void {
    this.#errors.set(endpoint, error);
    this.#deps.failed(this.#input.peerId, endpoint, error);
    if (endpoint === this.#best && error.code === 'ERR_REFUSED') this.#tell({ type: 'dial.refused' });
    if (this.#open > 1 && this.#schedule.isInFirstRound) this.#schedule.next();
    this.#settle();
  }
}
