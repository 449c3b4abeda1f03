import type { SignallingSession } from '../../adapters/signalling/port.ts';
import type { LanpeerErrorCode } from '../../errors.ts';
import type { ConnectionEvent, SignallingFact } from '../../machines/connection/events.ts';
import { linkFaults } from '../../machines/connection/policy/replacement.ts';
import type { DeviceId } from '../../protocol/device-id.ts';
import { isKnownTransport, type Via } from '../../protocol/via.ts';
import { createListeners } from '../../util/listener-set.ts';
import type { Trace } from '../monitoring/trace.ts';
import { createEarlySignals } from './early-signals.ts';

/** Facts of signalling sessions, for the machines. */
export interface SignallingSessionEvents {
  opened(id: DeviceId, session: SignallingSession, fact: SignallingFact): void;
  about(id: DeviceId, event: ConnectionEvent): void;
  /** The other side's limit of peers is reached: it has no use for the session. */
  refused(): void;
  /** The other side broke the protocol, which ended its session with that code. */
  fault(id: DeviceId, address: string, code: LanpeerErrorCode): void;
}

/** Bodies of one link's negotiation, as they come over its session. */
export interface Negotiation {
  send(body: unknown): void;
  /** The body that came before, which is the answerer's offer, is handed over first. */
  listen(listener: (body: unknown) => void): void;
  readonly session: SignallingSession;
  end(): void;
}

/** The authenticated signalling sessions of this node, by key. */
export interface SignallingSessions {
  add(session: SignallingSession): void;
  get(key: string): SignallingSession | undefined;
  /** Opens the place of a link on a session; undefined if that session is gone, or this side has closed it. */
  negotiate(key: string, generation: number, role: 'offerer' | 'answerer', via: Via): Negotiation | undefined;
  /** Tells the peer that this end of a link is gone: over its own session, or over any other with the peer. */
  tellLost(id: DeviceId, generation: number, key: string): void;
  end(key: string, reason: Parameters<SignallingSession['close']>[0]): void;
  /** Ends the sessions whose network key is picked, for the machines at once, and tells whose they were. */
  revoke(picks: (networkKey: Uint8Array | undefined) => boolean): readonly DeviceId[];
  /** Resolves when the sessions that are open now have ended. */
  ended(): Promise<void>;
  readonly size: number;
}

interface Entry {
  readonly session: SignallingSession;
  readonly listeners: Map<number, (body: unknown) => void>;
  /** This side has closed it, and it has not ended yet. */
  closing: boolean;
}

export function createSignallingSessions(events: SignallingSessionEvents, trace: Trace): SignallingSessions {
  const entries = new Map<string, Entry>();
  const allEnded = createListeners<[]>();
  const early = createEarlySignals();

  function message(entry: Entry, message: Parameters<Parameters<SignallingSession['attach']>[0]['message']>[0]): void {
    const { key, remoteId } = entry.session;
    switch (message.type) {
      case 'offer': {
        const { epoch: generation, via } = message;
        // Of a later version: the offerer learns that this side does not take it, and goes on with another one.
        if (!isKnownTransport(via)) {
          tellLost(remoteId, generation, key);
          return;
        }
        trace.tell(() => ({ step: 'offer', peer: remoteId, direction: 'in', epoch: generation, via }));
        early.keep(remoteId, key, generation, message.body);
        events.about(remoteId, { type: 'offer', key, generation, via });
        return;
      }
      case 'signal': {
        const { epoch: generation } = message;
        trace.tell(() => ({ step: 'signal', peer: remoteId, direction: 'in', epoch: generation }));
        const listener = entry.listeners.get(generation);
        if (listener) listener(message.body);
        else early.keep(remoteId, key, generation, message.body);
        return;
      }
      case 'lost': {
        const { epoch: generation } = message;
        trace.tell(() => ({ step: 'lost', peer: remoteId, direction: 'in', epoch: generation }));
        events.about(remoteId, { type: 'remote.lost', generation });
        return;
      }
      case 'bye':
    }
  }

  function tellLost(id: DeviceId, generation: number, key: string): void {
    // One that this side has closed drops what is sent.
    const able = [...entries.values()].filter((one) => one.session.remoteId === id && !one.closing);
    const { session } = able.find((one) => one.session.key === key) ?? able.at(-1) ?? {};
    if (!session) return;
    trace.tell(() => ({ step: 'lost', peer: id, direction: 'out', epoch: generation }));
    session.send({ type: 'lost', epoch: generation });
  }

  return {
    add(session) {
      const { key, remoteId, opener, remoteAddress: address, greeting, ownGeneration } = session;
      const entry: Entry = { session, listeners: new Map(), closing: false };
      entries.set(key, entry);
      trace.tell(() => ({ step: 'session', peer: remoteId, key, opener, address }));
      events.opened(remoteId, session, {
        key,
        opener,
        incarnation: greeting.incarnation,
        remoteGeneration: greeting.held,
        localGeneration: ownGeneration,
      });
      session.attach({
        message: (said) => message(entry, said),
        ended(end) {
          entries.delete(key);
          early.drop(key);
          const fault = end.kind === 'lost' && linkFaults.includes(end.error.code) ? end.error.code : null;
          const bye = end.kind === 'bye' ? end.reason : null;
          const by = end.kind === 'bye' ? end.by : null;
          trace.tell(() => ({ step: 'session-ended', peer: remoteId, key, by, bye }));
          if (end.kind === 'bye' && end.by === 'remote' && (bye === 'disconnect' || bye === 'stopping'))
            events.about(remoteId, { type: 'remote.bye', reason: bye, incarnation: greeting.incarnation });
          if (by === 'remote' && bye === 'refused') events.refused();
          if (by === 'remote' && bye === 'abandoned') events.about(remoteId, { type: 'remote.abandoned', key });
          if (fault) events.fault(remoteId, address, fault);
          events.about(remoteId, { type: 'signalling.closed', key, bye, ...(fault && { code: fault }) });
          if (entries.size === 0) allEnded.call();
        },
      });
    },
    get: (key) => entries.get(key)?.session,
    negotiate(key, generation, role, via) {
      const entry = entries.get(key);
      if (!entry || entry.closing) return undefined;
      const { session } = entry;
      let first = role === 'offerer';
      const { transports } = session.greeting;
      return {
        session,
        send(body) {
          const peer = session.remoteId;
          // As if it had declined the offer.
          if (first && !transports.includes(via)) {
            queueMicrotask(() => events.about(peer, { type: 'remote.lost', generation }));
            return;
          }
          const offers = first;
          trace.tell(() =>
            offers
              ? { step: 'offer', peer, direction: 'out', epoch: generation, via }
              : { step: 'signal', peer, direction: 'out', epoch: generation },
          );
          session.send(
            offers ? { type: 'offer', epoch: generation, via, body } : { type: 'signal', epoch: generation, body },
          );
          first = false;
        },
        listen(listener) {
          entry.listeners.set(generation, listener);
          for (const body of early.remove(key, generation)) listener(body);
        },
        end() {
          entry.listeners.delete(generation);
          early.remove(key, generation);
        },
      };
    },
    tellLost,
    end(key, reason) {
      const entry = entries.get(key);
      if (!entry) return;
      entry.closing = true;
      entry.session.close(reason);
    },
    revoke(picks) {
      const revoked = [...entries.values()].filter(({ session, closing }) => !closing && picks(session.networkKey));
      for (const entry of revoked) {
        const { key, remoteId } = entry.session;
        entry.closing = true;
        entry.session.close('failed');
        events.about(remoteId, { type: 'signalling.closed', key, bye: 'failed', code: 'ERR_NETWORK_KEY' });
      }
      return revoked.map(({ session }) => session.remoteId);
    },
    ended() {
      if (entries.size === 0) return Promise.resolve();
      return new Promise((resolve) => void allEnded.once(resolve));
    },
    get size() {
      return entries.size;
    },
  };
}
