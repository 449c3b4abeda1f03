import { fromCallback } from 'xstate';
import type { Transport, TransportLink } from '../../adapters/transport/port.ts';
import type { Clock } from '../../environment.ts';
import { asLanpeerError, LanpeerError, type LanpeerErrorCode } from '../../errors.ts';
import { limits } from '../../limits.ts';
import type { ConnectionEvent } from '../../machines/connection/events.ts';
import type { LinkInput } from '../../machines/connection/input.ts';
import { linkFaults } from '../../machines/connection/policy/replacement.ts';
import type { DeviceId } from '../../protocol/device-id.ts';
import { createFrameRules } from '../../protocol/features.ts';
import type { Hello } from '../../protocol/frame-types.ts';
import { createSeal } from '../../protocol/seal.ts';
import { capabilitiesOf, type Via } from '../../protocol/via.ts';
import { startTimeLimit } from '../../util/time-limit.ts';
import { countRefusal, type NodeCounters } from '../monitoring/node-counters.ts';
import type { Tally } from '../monitoring/peer-counters.ts';
import type { Trace } from '../monitoring/trace.ts';
import { Channel } from './channel.ts';
import type { SignallingSessions } from './signalling-sessions.ts';
import type { UpgradeQueue } from './upgrade-queue.ts';

/** An open or opening link of this node. */
export interface Link {
  readonly peerId: DeviceId;
  readonly generation: number;
  /** Key of the session that it was negotiated over. */
  readonly signalling: string;
  /** That which both sides proved on that session. */
  readonly networkKey: Uint8Array | undefined;
  readonly channel: Channel;
  /** True once both sides heard each other over it. */
  readonly opened: boolean;
}

/** A link that was replaced, and which the other side may still use. */
interface Lingering extends Pick<Link, 'peerId' | 'networkKey'> {
  finish(): void;
}

export interface Links {
  /** The actor behind each link of a connection machine. */
  readonly actor: ReturnType<typeof fromCallback<ConnectionEvent, LinkInput>>;
  get(peerId: DeviceId, no: number): Link | undefined;
  /** Says bye over the link; its actor may be stopped right after. */
  farewell(peerId: DeviceId, no: number, reason: 'disconnect' | 'stopping'): void;
  /** Says over signalling that this end of each link with that peer is gone. */
  tellLost(peerId: DeviceId): void;
  /** Ends the links whose network key is picked, and tells whose they were. */
  revoke(picks: (networkKey: Uint8Array | undefined) => boolean, error: LanpeerError): readonly DeviceId[];
  /** Resolves when every link that was stopped has let go of its sockets; those that linger do it at once. */
  closed(): Promise<void>;
}

export interface LinksOptions {
  readonly ownId: () => DeviceId;
  readonly transports: ReadonlyMap<Via, Transport>;
  readonly sessions: SignallingSessions;
  readonly turns: UpgradeQueue;
  /** What a new link with that peer says first. */
  readonly hello: (id: DeviceId) => Hello;
  readonly tally: (id: DeviceId) => Tally;
  /** The round-trip time of an open link, ms. */
  readonly measured: (id: DeviceId, no: number, ms: number) => void;
  readonly clock: Clock;
  readonly counters: Pick<NodeCounters, 'bytesSent' | 'bytesReceived' | 'refused'>;
  readonly trace: Trace;
}

export function createLinks(options: LinksOptions): Links {
  const { ownId, transports, sessions, turns, clock, counters, trace } = options;
  const open = new Map<string, Link>();
  const closing = new Set<Promise<unknown>>();
  const leaving = new Set<string>();
  const lingering = new Set<Lingering>();
  const name = (peerId: DeviceId, no: number): string => `${peerId}/${no}`;

  /** After a bye the other side closes the link; this side does it if that takes too long. */
  function closeBehindBye(link: TransportLink, gone: Promise<void>): Promise<void> {
    return new Promise((resolve) => {
      const timer = clock.setTimeout(finish, limits.link.byeMs);
      function finish(): void {
        clock.clearTimeout(timer);
        resolve(link.close());
      }
      void gone.then(finish);
    });
  }

  /**
   * The other side may not know yet that the new link is open, which it learns over that one: until it uses that, the end
   * of the old one would be a loss for it.
   */
  function closeLater(
    link: TransportLink,
    gone: Promise<void>,
    about: Pick<Link, 'peerId' | 'networkKey'>,
  ): Promise<void> {
    const { peerId } = about;
    return new Promise((resolve) => {
      const timer = clock.setTimeout(finish, limits.link.lingerMs);
      const replaced = { ...about, finish };
      function finish(): void {
        clock.clearTimeout(timer);
        lingering.delete(replaced);
        resolve(link.close());
      }
      lingering.add(replaced);
      const [oldest, ...others] = [...lingering].filter((one) => one.peerId === peerId);
      if (others.length >= limits.link.lingering) oldest?.finish();
      void gone.then(finish);
    });
  }

  /** Links to that peer that were replaced are of no use any more. */
  function closeReplaced(peerId: DeviceId): void {
    for (const replaced of [...lingering]) if (replaced.peerId === peerId) replaced.finish();
  }

  const isReplaced = (peerId: DeviceId): boolean =>
    [...open.values()].some((other) => other.peerId === peerId && other.opened && !other.channel.used);

  const actor = fromCallback<ConnectionEvent, LinkInput>(({ input, sendBack }) => {
    const { peerId, no, generation, via, paced } = input;
    let stop = (): void => undefined;
    let endLimit = (): void => undefined;
    const leave = paced ? turns.wait(beginPaced) : () => undefined;
    const ends = (): void => {
      endLimit();
      leave();
    };
    function tellDown(silent: boolean, code: LanpeerErrorCode): void {
      ends();
      trace.tell(() => ({ step: 'down', peer: peerId, epoch: generation, via, silent, code }));
    }

    function begin(): void {
      const transport = transports.get(via);
      const negotiation = sessions.negotiate(input.signalling, generation, input.role, via);
      if (!transport || !negotiation) {
        const code = transport ? 'ERR_SIGNALLING' : 'ERR_TRANSPORT';
        tellDown(false, code);
        if (!transport) sessions.tellLost(peerId, generation, input.signalling);
        negotiation?.end();
        // Not at once: the machine has not taken note of this actor yet.
        queueMicrotask(() => sendBack({ type: 'link.down', no, silent: false, code }));
        return;
      }
      const { session } = negotiation;
      let transportGone = (): void => undefined;
      const gone = new Promise<void>((resolve) => {
        transportGone = resolve;
      });
      let state: 'opening' | 'open' | 'down' = 'opening';
      const link = transport.open({
        role: input.role,
        remoteAddress: session.remoteAddress,
        carry: (listener) => session.carry(generation, listener),
        listener: {
          signal: (body) => negotiation.send(body),
          negotiated() {
            trace.tell(() => ({ step: 'negotiated', peer: peerId, epoch: generation, via }));
            sendBack({ type: 'link.negotiated', no });
          },
          open: () => channel.greet(),
          record: (bytes) => channel.record(bytes),
          drain: () => channel.flush(),
          down(error) {
            transportGone();
            channel.fail(error);
          },
        },
      });
      const channel = new Channel({
        link,
        highWater: transport.highWater,
        recordBytes: transport.recordBytes,
        seal: transport.authenticated
          ? null
          : createSeal({
              secret: session.secret,
              ownId: ownId(),
              remoteId: peerId,
              generation,
              ...(session.networkKey && { networkKey: session.networkKey }),
            }),
        rules: createFrameRules({ remote: session.greeting.features }),
        hello: () => options.hello(peerId),
        clock,
        counters,
        tally: () => options.tally(peerId),
        events: {
          open() {
            state = 'open';
            ends();
            // What takes over opens nothing that was not open.
            if (capabilitiesOf(via).carriedBySession) turns.opened();
            trace.tell(() => ({ step: 'open', peer: peerId, epoch: generation, via }));
            sendBack({ type: 'link.open', no });
          },
          used: () => closeReplaced(peerId),
          silent: () => sendBack({ type: 'link.silent', no }),
          heard: () => sendBack({ type: 'link.heard', no }),
          measured: (ms) => options.measured(peerId, no, ms),
          bye: (reason) => sendBack({ type: 'remote.bye', reason, incarnation: session.greeting.incarnation }),
          down(silent, error) {
            // What it replaced may still be the link of the other side, which must learn of its end.
            if (state === 'open') closeReplaced(peerId);
            state = 'down';
            tellDown(silent, error.code);
            sessions.tellLost(peerId, generation, input.signalling);
            if (linkFaults.includes(error.code)) countRefusal(counters, error.code);
            sendBack({ type: 'link.down', no, silent, code: error.code });
          },
        },
      });
      open.set(name(peerId, no), {
        peerId,
        generation,
        signalling: input.signalling,
        networkKey: session.networkKey,
        channel,
        get opened() {
          return state === 'open';
        },
      });
      if (paced)
        endLimit = startTimeLimit(clock, limits.upgrade.timeoutMs, () =>
          channel.fail(new LanpeerError('ERR_TIMEOUT', 'The link did not open in time.')),
        );
      negotiation.listen((body) => link.signal(body));
      stop = () => {
        const key = name(peerId, no);
        open.delete(key);
        negotiation.end();
        channel.stop();
        // The answerer has no clock for it, and the offerer need not wait for one.
        if (state === 'opening') sessions.tellLost(peerId, generation, input.signalling);
        const bye = leaving.delete(key);
        const closed = bye
          ? closeBehindBye(link, gone)
          : state === 'open' && isReplaced(peerId)
            ? closeLater(link, gone, { peerId, networkKey: session.networkKey })
            : link.close();
        const done: Promise<unknown> = closed.catch(() => undefined).then(() => closing.delete(done));
        closing.add(done);
      };
    }

    /** Out of a timer: no caller takes what it throws. */
    function beginPaced(): void {
      try {
        begin();
      } catch (thrown) {
        const { code } = asLanpeerError(thrown, 'ERR_INTERNAL');
        tellDown(false, code);
        sendBack({ type: 'link.down', no, silent: false, code });
      }
    }

    if (!paced) begin();
    return () => {
      ends();
      stop();
    };
  });

  return {
    actor,
    get: (peerId, no) => open.get(name(peerId, no)),
    farewell(peerId, no, reason) {
      const key = name(peerId, no);
      const link = open.get(key);
      if (!link) return;
      leaving.add(key);
      link.channel.write({ kind: 'bye', reason });
      link.channel.flush();
    },
    tellLost(peerId) {
      for (const link of [...open.values()])
        if (link.peerId === peerId) sessions.tellLost(peerId, link.generation, link.signalling);
    },
    revoke(picks, error) {
      const revoked = [...open.values()].filter(({ networkKey }) => picks(networkKey));
      for (const { channel } of revoked) channel.fail(error);
      for (const { networkKey, finish } of [...lingering]) if (picks(networkKey)) finish();
      return revoked.map(({ peerId }) => peerId);
    },
    async closed() {
      for (const { finish } of [...lingering]) finish();
      await Promise.all(closing);
    },
  };
}
