import { createHash } from 'node:crypto';
import { LanpeerError, type LanpeerErrorCode } from '../../../errors.ts';
import type { DeviceId } from '../../../protocol/device-id.ts';
import { onAbort } from '../../../util/abort.ts';
import type { DialTarget, Reached, ReachTarget } from '../port.ts';
import type { SignallingEndpoint } from '../session/signalling-endpoint.ts';
import type { ConnectedWire } from '../session/wire.ts';
import type { MemoryNetworkOptions } from './memory-network-options.ts';
import { reachInMemory } from './memory-reach.ts';
import { createMemoryWires, type MemoryWirePair } from './memory-wire.ts';

export interface MemoryHost {
  readonly id: DeviceId;
  readonly address: string;
  readonly endpoint: SignallingEndpoint;
  /** Its process was killed: it dials no more. */
  killed: boolean;
  /** Not even a reset comes from there. */
  silent: boolean;
}

/** One direction between two devices. */
interface Route {
  readonly from: DeviceId;
  readonly to: DeviceId;
}

interface Connection extends Route {
  readonly wires: MemoryWirePair;
}

const firstPort = 49_152;
const lastPort = 65_535;

const keyOf = (address: string, port: number): string => `${address} ${port}`;
const isBetween = ({ from, to }: Route, a: DeviceId, b: DeviceId): boolean =>
  (from === a && to === b) || (from === b && to === a);

/** The hosts of an in-memory network: the ports they listen on, the connections between them, the routes that are blocked. */
export class MemoryHosts {
  readonly #options: MemoryNetworkOptions;
  readonly #listening = new Map<string, MemoryHost>();
  readonly #hosts = new Set<MemoryHost>();
  readonly #connections = new Set<Connection>();
  #blocked: readonly Route[] = [];
  #wireCount = 0;
  #freePort = firstPort;

  constructor(options: MemoryNetworkOptions) {
    this.#options = options;
  }

  /** Connections that are not closed on both ends. */
  get connections(): number {
    return this.#connections.size;
  }

  add(made: Omit<MemoryHost, 'killed' | 'silent'>): MemoryHost {
    const host = { ...made, killed: false, silent: false };
    this.#hosts.add(host);
    return host;
  }

  /** @param port 0 for any free one. Returns the port; throws `ERR_PORT_IN_USE`. */
  listen(host: MemoryHost, port: number): number {
    const { address } = host;
    let bound = port;
    while (port === 0 && (bound === 0 || this.#listening.has(keyOf(address, bound)))) {
      bound = this.#freePort;
      this.#freePort = this.#freePort === lastPort ? firstPort : this.#freePort + 1;
    }
    if (this.#listening.has(keyOf(address, bound)))
      throw new LanpeerError('ERR_PORT_IN_USE', `Port ${bound} of ${address} is taken.`);
    this.#listening.set(keyOf(address, bound), host);
    return bound;
  }

  stopListening(host: MemoryHost): void {
    for (const [key, one] of [...this.#listening]) if (one === host) this.#listening.delete(key);
  }

  /** A wire to the host that listens there, which accepts its other end. Rejects as a dial over TCP does. */
  connect(from: MemoryHost, target: DialTarget): Promise<ConnectedWire> {
    const { clock, delayMs, lateMs } = this.#options;
    return new Promise((resolve, reject) => {
      const fail = (code: LanpeerErrorCode): void => {
        off();
        reject(new LanpeerError(code));
      };
      let timer = clock.setTimeout(() => {
        const reached = this.#lookUp(from, target);
        if (typeof reached === 'string') fail(reached);
        else if (!reached) timer = clock.setTimeout(() => fail('ERR_TIMEOUT'), target.timeoutMs - delayMs);
        else {
          const code = this.#refusalOf(from, reached);
          if (code) {
            fail(code);
            return;
          }
          off();
          resolve(this.#accept(from, reached, target.address));
        }
      }, delayMs + lateMs(from.address, target.address));
      const off = onAbort(target.signal, () => {
        clock.clearTimeout(timer);
        fail('ERR_ABORTED');
      });
    });
  }

  /** As {@link Signalling.reach}. */
  reach(from: MemoryHost, target: ReachTarget): Promise<Reached> {
    return reachInMemory(this.#options, from.address, target, () => this.#lookUp(from, target));
  }

  block(from: DeviceId, to: DeviceId): void {
    this.#blocked = [...this.#blocked, { from, to }];
  }

  heal(a?: DeviceId, b?: DeviceId): void {
    this.#blocked = this.#blocked.filter((route) => {
      if (a === undefined) return false;
      return b === undefined ? route.from !== a && route.to !== a : !isBetween(route, a, b);
    });
    this.wake();
  }

  wake(): void {
    for (const { wires } of [...this.#connections]) wires.wake();
  }

  drop(a: DeviceId, b: DeviceId): void {
    for (const connection of [...this.#connections]) if (isBetween(connection, a, b)) connection.wires.drop();
  }

  vanish(id: DeviceId): void {
    for (const host of this.#hosts) if (host.id === id) host.silent = true;
    this.#end(id, (wires, side) => wires.vanish(side));
  }

  kill(id: DeviceId): void {
    this.#end(id, (wires) => wires.drop());
  }

  #end(id: DeviceId, endWires: (wires: MemoryWirePair, side: 'a' | 'b') => void): void {
    for (const host of this.#hosts) if (host.id === id) host.killed = true;
    for (const [key, host] of [...this.#listening]) if (host.id === id) this.#listening.delete(key);
    for (const { from, to, wires } of [...this.#connections])
      if (from === id || to === id) endWires(wires, from === id ? 'a' : 'b');
  }

  #passes(from: MemoryHost, to: MemoryHost): boolean {
    if (from.silent || to.silent || !this.#options.passes(from.address, to.address)) return false;
    return !this.#blocked.some((route) => route.from === from.id && route.to === to.id);
  }

  /** A host that listens there, the code of a dial to one that does not, or undefined: nothing answers. */
  #lookUp(
    from: MemoryHost,
    { address, port }: Pick<DialTarget, 'address' | 'port'>,
  ): MemoryHost | LanpeerErrorCode | undefined {
    const isReachable = (host: MemoryHost): boolean => this.#passes(from, host) && this.#passes(host, from);
    if (from.killed) return 'ERR_UNREACHABLE';
    const host = this.#listening.get(keyOf(address, port));
    if (host) return isReachable(host) ? host : undefined;
    const other = [...this.#hosts].findLast((one) => one.address === address);
    return other && isReachable(other) ? 'ERR_REFUSED' : undefined;
  }

  /** As a server refuses before the upgrade. */
  #refusalOf(from: MemoryHost, { endpoint }: MemoryHost): LanpeerErrorCode | undefined {
    const code = endpoint.activeRefusal(from.address, from.id);
    if (code) endpoint.reportRefusal({ code, address: from.address, id: from.id });
    return code;
  }

  #accept(from: MemoryHost, to: MemoryHost, address: string): ConnectedWire {
    const { clock, delayMs, lateMs } = this.#options;
    this.#wireCount += 1;
    const secret = createHash('sha256').update(`wire ${this.#wireCount}`).digest();
    const wires = createMemoryWires({
      clock,
      delayMs: (side) => delayMs + (side === 'a' ? lateMs(from.address, to.address) : lateMs(to.address, from.address)),
      passes: (side) => (side === 'a' ? this.#passes(from, to) : this.#passes(to, from)),
      onClosed: () => void this.#connections.delete(connection),
    });
    const connection: Connection = { from: from.id, to: to.id, wires };
    this.#connections.add(connection);
    to.endpoint.accept({ wire: wires.b, id: from.id, secret, address: from.address }, () => undefined);
    return { wire: wires.a, id: to.id, secret, address };
  }
}
