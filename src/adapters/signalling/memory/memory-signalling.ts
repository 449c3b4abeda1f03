import { isIP } from 'node:net';
import type { Clock } from '../../../environment.ts';
import { LanpeerError } from '../../../errors.ts';
import type { DeviceId } from '../../../protocol/device-id.ts';
import type { Signalling } from '../port.ts';
import { SignallingEndpoint, type SignallingEndpointOptions } from '../session/signalling-endpoint.ts';
import { MemoryHosts } from './memory-hosts.ts';
import type { MemoryNetworkOptions } from './memory-network-options.ts';

export interface MemorySignallingOptions extends Partial<Omit<MemoryNetworkOptions, 'clock'>> {
  readonly clock: Clock;
}

export interface MemoryEndpointOptions extends Omit<SignallingEndpointOptions, 'ownId' | 'clock'> {
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
  /** Delivers what passes again after {@link MemorySignallingOptions.passes} said otherwise. */
  wake(): void;
  /** As when its process is killed: no bye, nothing listens there any more, and it reaches no device. */
  kill(id: DeviceId): void;
  /** As when its power fails: no other end notices, and nothing answers at its address. */
  vanish(id: DeviceId): void;
  /** Wires that are not closed on both ends. */
  readonly open: number;
}

/**
 * In-memory twin of signalling over TLS: the same authentication, access rules, sessions and limits on a network without
 * sockets. Ids need no key here: an endpoint has the id that it claims.
 */
export function createMemorySignallingNetwork(options: MemorySignallingOptions): MemorySignallingNetwork {
  const { clock, delayMs = 1, passes = () => true, lateMs = () => 0 } = options;
  const hosts = new MemoryHosts({ clock, delayMs, passes, lateMs });

  function signalling({ id, address, access, greet, port = 0, ...own }: MemoryEndpointOptions): Signalling {
    const endpoint = new SignallingEndpoint({ ownId: id, access, greet, clock: own.clock ?? clock });
    const host = hosts.add({ id, address, endpoint });
    const stopping = new AbortController();
    return {
      async listen(listener) {
        const bound = hosts.listen(host, port);
        endpoint.setListener(listener, bound);
        return { port: bound };
      },
      async dial(target) {
        if (isIP(target.address) === 0) throw new LanpeerError('ERR_OPTION', `${target.address} is not an IP address.`);
        const signal = AbortSignal.any([target.signal, stopping.signal]);
        if (signal.aborted) throw new LanpeerError('ERR_ABORTED');
        return endpoint.dial({ ...target, signal }, () => hosts.connect(host, { ...target, signal }));
      },
      async reach(target) {
        if (isIP(target.address) === 0) throw new LanpeerError('ERR_OPTION', `${target.address} is not an IP address.`);
        const signal = AbortSignal.any([target.signal, stopping.signal]);
        if (signal.aborted) throw new LanpeerError('ERR_ABORTED');
        return hosts.reach(host, { ...target, signal });
      },
      setAccess: (next) => endpoint.setAccess(next),
      async close() {
        stopping.abort();
        hosts.stopListening(host);
        await endpoint.close();
      },
    };
  }

  return {
    signalling,
    block: (from, to) => hosts.block(from, to),
    cut(a, b) {
      hosts.block(a, b);
      hosts.block(b, a);
    },
    heal: (a, b) => hosts.heal(a, b),
    drop: (a, b) => hosts.drop(a, b),
    wake: () => hosts.wake(),
    vanish: (id) => hosts.vanish(id),
    kill: (id) => hosts.kill(id),
    get open() {
      return hosts.connections;
    },
  };
}
