import type { SessionEnd, SignallingSession } from '../../adapters/signalling/port.ts';
import type { LanpeerErrorCode } from '../../errors.ts';
import type { ConnectionEvent, SignallingFact } from '../../machines/connection/events.ts';
import { linkFaults } from '../../machines/connection/policy/replacement.ts';
import type { DeviceId } from '../../protocol/device-id.ts';
import type { ProbedMessage, ProbeMessage } from '../../protocol/probe.ts';
import type { ByeReason, SignalMessage } from '../../protocol/signal.ts';
import { isKnownTransport, type Via } from '../../protocol/via.ts';
import { createListeners } from '../../util/listener-set.ts';
import type { Trace } from '../monitoring/trace.ts';
import { createEarlySignals } from './early-signals.ts';
import { Negotiation } from './negotiation.ts';

/** Facts of signalling sessions, for the machines. */
export interface SignallingSessionEvents {
  opened(id: DeviceId, session: SignallingSession, fact: SignallingFact): void;
  about(id: DeviceId, event: ConnectionEvent): void;
  /** The other side's limit of peers is reached: it has no use for the session. */
  refused(): void;
  /** The other side broke the protocol, which ended its session with that code. */
  fault(id: DeviceId, address: string, code: LanpeerErrorCode): void;
  /** A probe, or the answer to one. */
  probe(session: SignallingSession, message: ProbeMessage | ProbedMessage): void;
  ended(session: SignallingSession): void;
}

interface Entry {
  readonly session: SignallingSession;
  readonly listeners: Map<number, (body: unknown) => void>;
  /** This side has closed it, and it has not ended yet. */
  closing: boolean;
}

/** The authenticated signalling sessions of this node, by key. */
export class SignallingSessions {
  readonly #events: SignallingSessionEvents;
  readonly #trace: Trace;
  readonly #entries = new Map<string, Entry>();
  readonly #allEnded = createListeners<[]>();
  readonly #early = createEarlySignals();

  constructor(events: SignallingSessionEvents, trace: Trace) {
    this.#events = events;
    this.#trace = trace;
  }

  get size(): number {
    return this.#entries.size;
  }

  add(session: SignallingSession): void {
    const { key, remoteId, opener, remoteAddress: address, greeting, ownGeneration } = session;
    const entry: Entry = { session, listeners: new Map(), closing: false };
    this.#entries.set(key, entry);
    this.#trace.tell(() => ({ step: 'session', peer: remoteId, key, opener, address }));
    this.#events.opened(remoteId, session, {
      key,
      opener,
      incarnation: greeting.incarnation,
      remoteGeneration: greeting.held,
      localGeneration: ownGeneration,
    });
    session.attach({
      message: (message) => this.#receive(entry, message),
      ended: (end) => this.#ended(session, end),
    });
  }

  get(key: string): SignallingSession | undefined {
    return this.#entries.get(key)?.session;
  }

  /** The sessions with that peer that this side has not closed, the oldest first. */
  of(id: DeviceId): SignallingSession[] {
    const entries = [...this.#entries.values()].filter(({ session, closing }) => session.remoteId === id && !closing);
    return entries.map(({ session }) => session);
  }

  /** Opens the place of a link on a session; undefined if that session is gone, or this side has closed it. */
  negotiate(key: string, generation: number, role: 'offerer' | 'answerer', via: Via): Negotiation | undefined {
    const entry = this.#entries.get(key);
    if (!entry || entry.closing) return undefined;
    const { session, listeners } = entry;
    const declined = (): void => this.#events.about(session.remoteId, { type: 'remote.lost', generation });
    const early = this.#early;
    const trace = this.#trace;
    return new Negotiation({ session, listeners, early, generation, role, via, trace, declined });
  }

  /** Tells the peer that this end of a link is gone: over its own session, or over any other with the peer. */
  tellLost(id: DeviceId, generation: number, key: string): void {
    // One that this side has closed drops what is sent.
    const able = [...this.#entries.values()].filter((one) => one.session.remoteId === id && !one.closing);
    const { session } = able.find((one) => one.session.key === key) ?? able.at(-1) ?? {};
    if (!session) return;
    this.#trace.tell(() => ({ step: 'lost', peer: id, direction: 'out', epoch: generation }));
    session.send({ type: 'lost', epoch: generation });
  }

  end(key: string, reason: ByeReason): void {
    const entry = this.#entries.get(key);
    if (!entry) return;
    entry.closing = true;
    entry.session.close(reason);
  }

  /** Ends the sessions whose network key is picked, for the machines at once, and tells whose they were. */
  revoke(picks: (networkKey: Uint8Array | undefined) => boolean): readonly DeviceId[] {
    const revoked = [...this.#entries.values()].filter(({ session, closing }) => !closing && picks(session.networkKey));
    for (const entry of revoked) {
      const { key, remoteId } = entry.session;
      entry.closing = true;
      entry.session.close('failed');
      this.#events.about(remoteId, { type: 'signalling.closed', key, bye: 'failed', code: 'ERR_NETWORK_KEY' });
    }
    return revoked.map(({ session }) => session.remoteId);
  }

  /** Resolves when the sessions that are open now have ended. */
  ended(): Promise<void> {
    if (this.#entries.size === 0) return Promise.resolve();
    return new Promise((resolve) => void this.#allEnded.once(resolve));
  }

  #receive({ session, listeners }: Entry, message: SignalMessage): void {
    const { key, remoteId: peer } = session;
    if (message.type === 'bye') return;
    if (message.type === 'probe' || message.type === 'probed') {
      this.#events.probe(session, message);
      return;
    }
    const { epoch } = message;
    switch (message.type) {
      case 'offer': {
        const { via } = message;
        // Of a later version: the offerer learns that this side does not take it, and goes on with another one.
        if (!isKnownTransport(via)) {
          this.tellLost(peer, epoch, key);
          return;
        }
        this.#trace.tell(() => ({ step: 'offer', peer, direction: 'in', epoch, via }));
        this.#early.keep(peer, key, epoch, message.body);
        this.#events.about(peer, { type: 'offer', key, generation: epoch, via });
        return;
      }
      case 'signal': {
        this.#trace.tell(() => ({ step: 'signal', peer, direction: 'in', epoch }));
        const listener = listeners.get(epoch);
        if (listener) listener(message.body);
        else this.#early.keep(peer, key, epoch, message.body);
        return;
      }
      case 'lost':
        this.#trace.tell(() => ({ step: 'lost', peer, direction: 'in', epoch }));
        this.#events.about(peer, { type: 'remote.lost', generation: epoch });
    }
  }

  #ended(session: SignallingSession, end: SessionEnd): void {
    const { key, remoteId, remoteAddress: address, greeting } = session;
    this.#entries.delete(key);
    this.#events.ended(session);
    this.#early.drop(key);
    const { about, fault: tellFault, refused } = this.#events;
    const fault = end.kind === 'lost' && linkFaults.includes(end.error.code) ? end.error.code : null;
    const bye = end.kind === 'bye' ? end.reason : null;
    const by = end.kind === 'bye' ? end.by : null;
    this.#trace.tell(() => ({ step: 'session-ended', peer: remoteId, key, by, bye }));
    if (by === 'remote' && (bye === 'disconnect' || bye === 'stopping'))
      about(remoteId, { type: 'remote.bye', reason: bye, incarnation: greeting.incarnation });
    if (by === 'remote' && bye === 'refused') refused();
    if (by === 'remote' && bye === 'abandoned') about(remoteId, { type: 'remote.abandoned', key });
    if (fault) tellFault(remoteId, address, fault);
    about(remoteId, { type: 'signalling.closed', key, bye, ...(fault && { code: fault }) });
    if (this.#entries.size === 0) this.#allEnded.call();
  }
}
