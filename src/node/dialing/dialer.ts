import { fromCallback } from 'xstate';
import type { Signalling, SignallingSession } from '../../adapters/signalling/port.ts';
import type { Clock } from '../../environment.ts';
import { asLanpeerError, type LanpeerError, type LanpeerErrorCode } from '../../errors.ts';
import { limits } from '../../limits.ts';
import type { ConnectionEvent } from '../../machines/connection/events.ts';
import type { DialInput } from '../../machines/connection/input.ts';
import type { DeviceId } from '../../protocol/device-id.ts';
import { type Endpoint, nameOf } from './address-book.ts';
import { createDialLimiter } from './dial-limiter.ts';
import { type PlannedDial, planDials } from './dial-plan.ts';
import { untilOnTime } from './event-loop-delay.ts';
import type { OffLink } from './off-link.ts';

/**
 * Codes that say that one side does not want the other; trying again soon is no use. All of them come after the id at the
 * other end was proven: what else an address leads to says nothing about the peer.
 */
const denials: readonly LanpeerErrorCode[] = ['ERR_NETWORK_KEY', 'ERR_NOT_ALLOWED', 'ERR_VERSION'];

export interface DialerDeps {
  readonly signalling: Pick<Signalling, 'dial'>;
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
}

const { lookEveryMs, lateMs, added, addedPerSource } = limits.dial;

/**
 * The actor that dials a peer as {@link planDials} says. The first session wins; `dial.failed` when every address has
 * failed once.
 */
export function createDialer(options: DialerDeps) {
  const { signalling, endpoints, offLink, opened, exists, lost, failed, clock } = options;
  const { watch = () => () => undefined } = options;
  const { atOnce: size, perSource, eager, nextMs, idleMs, idleTimes, perTarget } = limits.dial;
  const gate = createDialLimiter(
    { size, perSource, eager, lookEveryMs: nextMs, lateMs, idleMs, idleTimes, perTarget, targets: limits.dial.hearsay },
    clock,
  );

  return fromCallback<ConnectionEvent, DialInput>(({ input, sendBack }) => {
    const { peerId, patient } = input;
    const controller = new AbortController();
    const { signal } = controller;
    const all = endpoints(peerId);
    // Not one that was only announced: any device can announce any.
    const best = all.find(({ source }) => source === undefined);
    const plan = [...planDials(all)];
    const errors = new Map<Endpoint, LanpeerError>();
    let open = plan.filter(({ round }) => round === 0).length;
    let hasTriedAll = false;
    let stopped = false;
    let begun = false;
    let timer: unknown;
    const known = new Set(all.map(nameOf));
    const late: Endpoint[] = [];

    /** Where the device may be as well: whatever is being dialed already is not worth waiting for. */
    function addNew(): void {
      if (signal.aborted) return;
      for (const endpoint of endpoints(peerId)) {
        const { source } = endpoint;
        if (known.has(nameOf(endpoint)) || late.length >= added) continue;
        if (late.filter((one) => one.source === source).length >= addedPerSource) continue;
        known.add(nameOf(endpoint));
        late.push(endpoint);
        open += 1;
        void dial({ endpoint, round: 0 });
      }
    }

    /** One after another; what has no turn counts as not known. */
    async function dialOffLink(targets: readonly Endpoint[]): Promise<void> {
      for (const endpoint of targets) {
        if (await offLink?.turn(signal)) await dial({ endpoint, round: 0 });
        else if (!signal.aborted) settle();
      }
    }

    /** A dial of the first round has ended. */
    function settle(): void {
      open -= 1;
      if (open > 0) return;
      const targets = hasTriedAll ? [] : (offLink?.targets(peerId) ?? []);
      hasTriedAll = true;
      open = targets.length;
      if (open === 0) conclude();
      else void dialOffLink(targets);
    }

    function conclude(): void {
      unwatch();
      controller.abort();
      clock.clearTimeout(timer);
      lost(peerId);
      const codes = [...errors.values()];
      const denial = codes.find(({ code }) => denials.includes(code));
      const telling = denial ?? codes.find(({ code }) => code !== 'ERR_REFUSED') ?? codes[0];
      sendBack({
        type: 'dial.failed',
        refused: codes.length > 0 && codes.every(({ code }) => code === 'ERR_REFUSED'),
        denied: denial !== undefined,
        code: telling?.code ?? 'ERR_NO_ADDRESS',
      });
    }

    async function dial({ endpoint, round }: Pick<PlannedDial, 'endpoint' | 'round'>): Promise<void> {
      const { address, port, source } = endpoint;
      let leave = (_reached: boolean): void => undefined;
      let reached = false;
      try {
        // Before it takes a place: a dial that waits must not keep others waiting.
        if (patient && !begun) await untilOnTime(clock, signal);
        // A repeated dial leaves the way to first dials.
        const target = source === undefined ? undefined : address;
        leave = await gate(signal, source ?? (round > 0 ? `again ${peerId}` : undefined), target);
        if (signal.aborted) return;
        if (!begun) {
          begun = true;
          sendBack({ type: 'dial.begun' });
          arm();
        }
        const session = await signalling.dial({ address, port, id: peerId, signal });
        reached = true;
        if (stopped) {
          // Where the peer is not wanted any more it must not take this for a session that broke, and call back.
          session.close(exists(peerId) ? 'duplicate' : 'abandoned');
          return;
        }
        unwatch();
        controller.abort();
        clock.clearTimeout(timer);
        // Of two that came at one moment neither is closed here: which one is needed the lower id decides.
        opened(session);
      } catch (thrown) {
        if (signal.aborted || round > 0) return;
        const error = asLanpeerError(thrown, 'ERR_SIGNALLING');
        errors.set(endpoint, error);
        failed(peerId, endpoint, error);
        if (endpoint === best && error.code === 'ERR_REFUSED') sendBack({ type: 'dial.refused' });
        if (open > 1 && plan[0]?.round === 0) next();
        settle();
      } finally {
        leave(reached);
      }
    }

    function next(): void {
      clock.clearTimeout(timer);
      const planned = plan.shift();
      if (!planned) return;
      if (!errors.has(planned.endpoint)) void dial(planned);
      arm();
    }

    function arm(): void {
      clock.clearTimeout(timer);
      const [coming] = plan;
      if (!coming || signal.aborted) return;
      if (coming.round === 0) timer = clock.setTimeout(next, coming.afterMs);
      else if (begun) waitOnTime(coming.afterMs, coming.afterMs);
    }

    /** Time in which this process is late shows that it is what is slow: more dials would only make it slower. */
    function waitOnTime(ms: number, left: number): void {
      const due = clock.monotonic() + lookEveryMs;
      timer = clock.setTimeout(() => {
        const rest = clock.monotonic() - due > lateMs ? ms : left - lookEveryMs;
        if (rest <= 0) next();
        else waitOnTime(ms, rest);
      }, lookEveryMs);
    }

    const unwatch = watch(peerId, () => queueMicrotask(addNew));
    // Not at once: the machine has not taken note of this actor yet.
    queueMicrotask(() => {
      if (stopped) return;
      if (open === 0) {
        open = 1;
        settle();
      } else next();
    });
    return () => {
      stopped = true;
      unwatch();
      controller.abort();
      clock.clearTimeout(timer);
    };
  });
}
