import { asLanpeerError, LanpeerError, type LanpeerErrorCode } from '../../errors.ts';
import { limits } from '../../limits.ts';
import type { ConnectionEvent } from '../../machines/connection/events.ts';
import type { LinkInput } from '../../machines/connection/input.ts';
import { linkFaults } from '../../machines/connection/policy/replacement.ts';
import type { Incarnation } from '../../protocol/incarnation.ts';
import { capabilitiesOf } from '../../protocol/via.ts';
import { startTimeLimit } from '../../util/time-limit.ts';
import { countRefusal } from '../monitoring/node-counters.ts';
import type { ClosingLinks } from './closing-links.ts';
import { Link, type LinkEvents } from './link.ts';
import type { LinkFailures } from './link-failures.ts';
import type { LinksDeps } from './links-deps.ts';
import type { Negotiation } from './negotiation.ts';
import type { OpenLinks } from './open-links.ts';

export interface LinkActorOptions {
  readonly input: LinkInput;
  /** Tells the machine. */
  readonly sendBack: (event: ConnectionEvent) => void;
  readonly deps: LinksDeps;
  readonly links: OpenLinks;
  readonly failures: LinkFailures;
  readonly closing: ClosingLinks;
}

/** What stands behind one link of a connection machine: brings it up, tells what becomes of it, and ends it. */
export class LinkActor {
  readonly #input: LinkInput;
  readonly #sendBack: (event: ConnectionEvent) => void;
  readonly #deps: LinksDeps;
  readonly #links: OpenLinks;
  readonly #failures: LinkFailures;
  readonly #closing: ClosingLinks;
  readonly #leaveQueue: () => void;
  #endLimit = (): void => undefined;
  /** Once it is begun. */
  #begun: { readonly link: Link; readonly negotiation: Negotiation } | undefined;

  constructor({ input, sendBack, deps, links, failures, closing }: LinkActorOptions) {
    this.#input = input;
    this.#sendBack = sendBack;
    this.#deps = deps;
    this.#links = links;
    this.#failures = failures;
    this.#closing = closing;
    this.#leaveQueue = input.paced ? deps.turns.wait(() => this.#beginInTurn()) : () => undefined;
    if (!input.paced) this.#begin();
  }

  stop(): void {
    this.#ends();
    if (!this.#begun) return;
    const { link, negotiation } = this.#begun;
    const { peerId, no } = this.#input;
    this.#links.delete(peerId, no);
    negotiation.end();
    link.channel.stop();
    // The answerer has no clock for it, and the offerer need not wait for one.
    if (link.opening) {
      this.#noteFailure('ERR_ABORTED');
      this.#tellLost();
    }
    if (link.saidBye) this.#closing.closeAfterBye(link);
    else if (link.opened && this.#links.isReplaced(peerId)) this.#closing.closeReplaced(link);
    else this.#closing.closeNow(link);
  }

  /** Out of a timer: no caller takes what it throws. */
  #beginInTurn(): void {
    try {
      this.#begin();
    } catch (thrown) {
      const { code } = asLanpeerError(thrown, 'ERR_INTERNAL');
      this.#traceDown(false, code);
      this.#sendBack({ type: 'link.down', no: this.#input.no, silent: false, code });
    }
  }

  #begin(): void {
    const { ownId, transports, sessions, hello, peerCounters, clock, counters } = this.#deps;
    const { peerId, no, generation, signalling, role, via, paced } = this.#input;
    const transport = transports.get(via);
    const negotiation = sessions.negotiate(signalling, generation, role, via);
    if (!transport || !negotiation) {
      const code = transport ? 'ERR_SIGNALLING' : 'ERR_TRANSPORT';
      this.#traceDown(false, code);
      if (!transport) this.#tellLost();
      negotiation?.end();
      // Not at once: the machine has not taken note of this actor yet.
      queueMicrotask(() => this.#sendBack({ type: 'link.down', no, silent: false, code }));
      return;
    }
    const events = this.#eventsOf(negotiation.session.greeting);
    const link = new Link(this.#input, { transport, negotiation, ownId, hello, peerCounters, clock, counters, events });
    this.#begun = { link, negotiation };
    this.#links.set(peerId, no, link);
    if (paced)
      this.#endLimit = startTimeLimit(clock, limits.upgrade.timeoutMs, () =>
        link.channel.fail(new LanpeerError('ERR_TIMEOUT', 'The link did not open in time.')),
      );
    negotiation.listen((body) => link.signal(body));
  }

  #eventsOf({ incarnation }: { readonly incarnation: Incarnation }): LinkEvents {
    const { turns, trace, measured } = this.#deps;
    const { peerId, no, generation, via } = this.#input;
    const tell = this.#sendBack;
    return {
      negotiated() {
        trace.tell(() => ({ step: 'negotiated', peer: peerId, epoch: generation, via }));
        tell({ type: 'link.negotiated', no });
      },
      open: () => {
        this.#ends();
        // What takes over opens nothing that was not open.
        if (capabilitiesOf(via).carriedBySession) turns.opened();
        trace.tell(() => ({ step: 'open', peer: peerId, epoch: generation, via }));
        tell({ type: 'link.open', no });
      },
      used: () => this.#closing.finishReplaced(peerId),
      silent: () => tell({ type: 'link.silent', no }),
      heard: () => tell({ type: 'link.heard', no }),
      measured: (ms) => measured(peerId, no, ms),
      bye: (reason) => tell({ type: 'remote.bye', reason, incarnation }),
      down: (silent, error, wasOpen) => this.#down(silent, error, wasOpen),
    };
  }

  #down(silent: boolean, { code }: LanpeerError, wasOpen: boolean): void {
    const { peerId, no } = this.#input;
    // What it replaced may still be the link of the other side, which must learn of its end.
    if (wasOpen) this.#closing.finishReplaced(peerId);
    else this.#noteFailure(code);
    this.#traceDown(silent, code);
    this.#tellLost();
    if (linkFaults.includes(code)) countRefusal(this.#deps.counters, code);
    this.#sendBack({ type: 'link.down', no, silent, code });
  }

  #noteFailure(code: LanpeerErrorCode): void {
    const { peerId, via } = this.#input;
    const pairs = this.#begun?.link.pairs() ?? [];
    this.#failures.add(peerId, { via, code, pairs, at: this.#deps.clock.monotonic() });
  }

  /** It is open or over: gives back its turn among the upgrades, and has all the time from now on. */
  #ends(): void {
    this.#endLimit();
    this.#leaveQueue();
  }

  #traceDown(silent: boolean, code: LanpeerErrorCode): void {
    this.#ends();
    const { peerId, generation, via } = this.#input;
    this.#deps.trace.tell(() => ({ step: 'down', peer: peerId, epoch: generation, via, silent, code }));
  }

  #tellLost(): void {
    const { peerId, generation, signalling } = this.#input;
    this.#deps.sessions.tellLost(peerId, generation, signalling);
  }
}
