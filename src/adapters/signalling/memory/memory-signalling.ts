import { createHash } from 'node:crypto';
import { isIP } from 'node:net';
import type { Clock } from '../../../environment.ts';
import { LanpeerError, type LanpeerErrorCode } from '../../../errors.ts';
import { limits } from '../../../limits.ts';
import type { DeviceId } from '../../../protocol/device-id.ts';
import { onAbort } from '../../../util/abort.ts';
import type { DialTarget, Signalling } from '../port.ts';
import { createSessions, type Sessions, type SessionsOptions } from '../session/signalling-sessions.ts';
import type { Wire } from '../session/wire.ts';
import { createMemoryWires, type MemoryWirePair } from './memory-wire.ts';

export interface MemorySignallingOptions {
  readonly clock: Clock;
  /** From one end to the other; 1 ms by default. */
  readonly delayMs?: number;
  /** Whether anything passes from one address to the other now, beside {@link MemorySignallingNetwork.cut}. */
  readonly passes?: (from: string, to: string) => boolean;
  /** So many ms more for this frame, asked for each: what comes behind it waits, as in TCP. */
  readonly lateMs?: (from: string, to: string) => number;
}

export interface MemoryEndpointOptions extends Omit<SessionsOptions, 'ownId' | 'clock'> {
  readonly id: DeviceId;
  /** IP address of its host; many may share one. */
  readonly address: string;
  /** Default 0: any free one. */
  readonly port?: number;
  /** Time of this endpoint; default: that of the network. */
  readonly clock?: Clock;
}

/** Signalling endpoints that reach each other without sockets, and what can go wrong between them. */
export interface MemorySignallingNetwork {
  signalling(options: MemoryEndpointOptions): Signalling;
  /** Nothing passes from one device to the other: dials run into their time limit, sessions carry on after {@link heal}. */
  block(from: DeviceId, to: DeviceId): void;
  /** {@link block}, both ways. */
  cut(a: DeviceId, b: DeviceId): void;
  /** Ends what {@link block} and {@link cut} did: between the two, at one device, or everywhere. */
  heal(a?: DeviceId, b?: DeviceId): void;
  /** The sessions between the two break without a bye, and both notice. */
  drop(a: DeviceId, b: DeviceId): void;
  /** What carries again after {@link MemorySignallingOptions.passes} said otherwise goes on its way. */
  wake(): void;
  /** As when its process is killed: no bye, nothing listens there any more, and it reaches nobody. */
  kill(id: DeviceId): void;
  /** As when its power fails: nobody is told, and nothing answers at its address. */
  vanish(id: DeviceId): void;
  /** Wires that are not closed on both ends. */
  readonly open: number;
}

interface Host {
  readonly id: DeviceId;
  readonly address: string;
  readonly sessions: Sessions;
  dead: boolean;
  /** Not even a reset comes from there. */
  silent: boolean;
}

interface Road {
  readonly from: DeviceId;
  readonly to: DeviceId;
}

interface Call extends Road {
  readonly wires: MemoryWirePair;
}

/**
 * In-memory twin of signalling over TLS: the same authentication, access rules, sessions and limits on a network without
 * sockets. Ids need no key here: who claims one is believed.
 */
export function createMemorySignallingNetwork({
  clock,
  delayMs = 1,
  passes: weather = () => true,
  lateMs = () => 0,
}: MemorySignallingOptions): MemorySignallingNetwork {
  const listening = new Map<string, Host>();
  const hosts = new Set<Host>();
  const calls = new Set<Call>();
  let blocked: readonly Road[] = [];
  let count = 0;
  let freePort = 49_152;

  const keyOf = (address: string, port: number): string => `${address} ${port}`;
  const passes = (from: Host, to: Host): boolean =>
    !from.silent &&
    !to.silent &&
    weather(from.address, to.address) &&
    !blocked.some((one) => one.from === from.id && one.to === to.id);
  const between = ({ from, to }: Road, a: DeviceId, b: DeviceId): boolean =>
    (from === a && to === b) || (from === b && to === a);

  function connect(from: Host, to: Host): { readonly near: Wire; readonly far: Wire; readonly secret: Uint8Array } {
    count += 1;
    const wires = createMemoryWires({
      clock,
      delayMs: (side) => delayMs + (side === 'a' ? lateMs(from.address, to.address) : lateMs(to.address, from.address)),
      passes: (side) => (side === 'a' ? passes(from, to) : passes(to, from)),
      onClosed: () => void calls.delete(call),
    });
    const call: Call = { from: from.id, to: to.id, wires };
    calls.add(call);
    return { near: wires.a, far: wires.b, secret: createHash('sha256').update(`wire ${count}`).digest() };
  }

  /** What a dial meets after the way there: a host that listens, one that does not, or nothing. */
  function reach(from: Host, { address, port }: DialTarget): Host | LanpeerErrorCode | undefined {
    if (from.dead) return 'ERR_UNREACHABLE';
    const host = listening.get(keyOf(address, port));
    if (host) return passes(from, host) && passes(host, from) ? host : undefined;
    const there = [...hosts].findLast((one) => one.address === address);
    return there && passes(from, there) && passes(there, from) ? 'ERR_REFUSED' : undefined;
  }

  /** A wire to whoever is there. Rejects as a dial over TCP does. */
  function knock(
    from: Host,
    target: DialTarget,
    signal: AbortSignal,
  ): Promise<{ readonly wire: Wire; readonly to: Host; readonly secret: Uint8Array }> {
    return new Promise((resolve, reject) => {
      const fail = (code: LanpeerErrorCode): void => {
        off();
        reject(new LanpeerError(code));
      };
      const abort = (): void => {
        clock.clearTimeout(timer);
        fail('ERR_ABORTED');
      };
      let timer = clock.setTimeout(() => {
        const met = reach(from, target);
        if (typeof met === 'string') fail(met);
        else if (!met) timer = clock.setTimeout(() => fail('ERR_TIMEOUT'), limits.dial.timeoutMs - delayMs);
        else {
          const due = met.sessions.due(from.address, from.id);
          if (due) {
            met.sessions.refused({ code: due, address: from.address, id: from.id });
            fail(due);
            return;
          }
          off();
          const { near, far, secret } = connect(from, met);
          met.sessions.receive({ wire: far, id: from.id, secret, address: from.address }, () => undefined);
          resolve({ wire: near, to: met, secret });
        }
      }, delayMs + lateMs(from.address, target.address));
      const off = onAbort(signal, abort);
    });
  }

  function signalling(options: MemoryEndpointOptions): Signalling {
    const { id, address, access, greet } = options;
    const sessions = createSessions({ ownId: id, access, greet, clock: options.clock ?? clock });
    const host: Host = { id, address, sessions, dead: false, silent: false };
    const stopping = new AbortController();
    hosts.add(host);
    return {
      listen(listener) {
        const wanted = options.port ?? 0;
        let port = wanted;
        while (wanted === 0 && (port === 0 || listening.has(keyOf(address, port)))) {
          port = freePort;
          freePort = freePort === 65_535 ? 49_152 : freePort + 1;
        }
        if (listening.has(keyOf(address, port)))
          return Promise.reject(new LanpeerError('ERR_PORT_IN_USE', `Port ${port} of ${address} is taken.`));
        listening.set(keyOf(address, port), host);
        sessions.listening(listener, port);
        return Promise.resolve({ port });
      },
      async dial(target) {
        if (isIP(target.address) === 0) throw new LanpeerError('ERR_OPTION', `${target.address} is not an IP address.`);
        const signal = AbortSignal.any([target.signal, stopping.signal]);
        if (signal.aborted) throw new LanpeerError('ERR_ABORTED');
        return sessions.dial({ ...target, signal }, async () => {
          const { wire, to, secret } = await knock(host, target, signal);
          return { wire, id: to.id, secret, address: target.address };
        });
      },
      setAccess: sessions.setAccess,
      async close() {
        stopping.abort();
        for (const [key, one] of [...listening]) if (one === host) listening.delete(key);
        await sessions.close();
      },
    };
  }

  return {
    signalling,
    block(from, to) {
      blocked = [...blocked, { from, to }];
    },
    cut(a, b) {
      blocked = [...blocked, { from: a, to: b }, { from: b, to: a }];
    },
    heal(a, b) {
      blocked = blocked.filter((one) => {
        if (a === undefined) return false;
        return b === undefined ? one.from !== a && one.to !== a : !between(one, a, b);
      });
      for (const { wires } of [...calls]) wires.wake();
    },
    drop(a, b) {
      for (const call of [...calls]) if (between(call, a, b)) call.wires.drop();
    },
    wake() {
      for (const { wires } of [...calls]) wires.wake();
    },
    vanish(id) {
      for (const host of hosts) if (host.id === id) Object.assign(host, { dead: true, silent: true });
      for (const [key, host] of [...listening]) if (host.id === id) listening.delete(key);
      for (const { from, to, wires } of [...calls]) if (from === id || to === id) wires.vanish(from === id ? 'a' : 'b');
    },
    kill(id) {
      for (const host of hosts) if (host.id === id) host.dead = true;
      for (const [key, host] of [...listening]) if (host.id === id) listening.delete(key);
      for (const { from, to, wires } of [...calls]) if (from === id || to === id) wires.drop();
    },
    get open() {
      return calls.size;
    },
  };
}
