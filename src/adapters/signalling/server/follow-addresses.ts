import type { Clock } from '../../../environment.ts';
import { asLanpeerError, type LanpeerError } from '../../../errors.ts';
import { limits } from '../../../limits.ts';
import { onAbort } from '../../../util/abort.ts';
import type { SignallingServer } from './server.ts';

export interface FollowAddressesOptions {
  readonly server: Pick<SignallingServer, 'addAddress' | 'removeAddress' | 'close'>;
  /** The addresses that are to be listened on, there or not. */
  readonly addresses: () => readonly string[];
  /** TCP port; 0 for any free one. */
  readonly port: number;
  readonly clock: Clock;
  /** Ends the updates. */
  readonly signal: AbortSignal;
  /** An address cannot be listened on, though it is there. */
  readonly onError: (error: LanpeerError) => void;
}

/** Reached from this machine alone: gives the node a port while none of its addresses is there. */
const placeholder = '127.0.0.1';

/**
 * Listens on addresses that come and go, all on one port. Resolves with it. Rejects with `ERR_PORT_IN_USE` or
 * `ERR_LISTEN`, and leaves nothing open, when an address that is there at the beginning cannot be listened on.
 */
export async function followAddresses(options: FollowAddressesOptions): Promise<number> {
  const { server, addresses, clock, signal, onError } = options;
  const open = new Set<string>();
  /** Addresses whose error was reported. */
  const reported = new Set<string>();
  let bound = options.port;

  /** False if the address is not there. */
  async function listen(address: string): Promise<boolean> {
    try {
      bound = await server.addAddress(address, bound);
    } catch (thrown) {
      const error = asLanpeerError(thrown, 'ERR_LISTEN');
      if (error.code === 'ERR_INTERFACE_UNKNOWN') return false;
      throw error;
    }
    open.add(address);
    reported.delete(address);
    return true;
  }

  function remove(address: string): void {
    open.delete(address);
    server.removeAddress(address);
  }

  async function update(): Promise<void> {
    const wanted = addresses();
    for (const address of reported) if (!wanted.includes(address)) reported.delete(address);
    let found = 0;
    for (const address of wanted) {
      if (signal.aborted) break;
      try {
        if (!open.has(address) && (await listen(address))) found += 1;
      } catch (thrown) {
        if (!reported.has(address)) onError(asLanpeerError(thrown, 'ERR_LISTEN'));
        reported.add(address);
      }
    }
    // An address that was added while the signal was aborted is closed with the rest.
    if (signal.aborted) await server.close();
    else if (found > 0 || wanted.some((address) => open.has(address)))
      for (const address of open) if (!wanted.includes(address)) remove(address);
  }

  function updateLater(): void {
    const timer = clock.setTimeout(() => {
      off();
      update()
        .catch((thrown: unknown) => onError(asLanpeerError(thrown, 'ERR_INTERNAL')))
        .finally(() => {
          if (!signal.aborted) updateLater();
        });
    }, limits.discovery.interfacesEveryMs);
    const off = onAbort(signal, () => clock.clearTimeout(timer));
  }

  try {
    for (const address of addresses()) await listen(address);
    if (open.size === 0) await listen(placeholder);
  } catch (thrown) {
    await server.close();
    throw thrown;
  }
  if (!signal.aborted) updateLater();
  return bound;
}
