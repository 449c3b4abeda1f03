import type { Clock } from '../../../environment.ts';
import { asLanpeerError, type LanpeerError } from '../../../errors.ts';
import { limits } from '../../../limits.ts';
import { onAbort } from '../../../util/abort.ts';
import type { SignallingServer } from './server.ts';

export interface FollowOptions {
  readonly server: Pick<SignallingServer, 'open' | 'shut' | 'close'>;
  /** The addresses that are to be listened on, there or not. */
  readonly addresses: () => readonly string[];
  /** TCP port; 0 for any free one. */
  readonly port: number;
  readonly clock: Clock;
  /** Ends it. */
  readonly signal: AbortSignal;
  /** An address cannot be listened on, though it is there. */
  readonly trouble: (error: LanpeerError) => void;
}

/** Reaches this machine alone: it gives the node a port while none of its addresses is there. */
const placeholder = '127.0.0.1';

/**
 * Listens on addresses that come and go, all on one port. Resolves with it. Rejects with `ERR_PORT_IN_USE` or
 * `ERR_LISTEN`, and leaves nothing open, when an address that is there at the beginning cannot be listened on.
 */
export async function followAddresses(options: FollowOptions): Promise<number> {
  const { server, addresses, clock, signal, trouble } = options;
  const open = new Set<string>();
  const told = new Set<string>();
  let bound = options.port;

  /** False if the address is not there. */
  async function listen(address: string): Promise<boolean> {
    try {
      bound = await server.open(address, bound);
    } catch (thrown) {
      const error = asLanpeerError(thrown, 'ERR_LISTEN');
      if (error.code === 'ERR_INTERFACE_UNKNOWN') return false;
      throw error;
    }
    open.add(address);
    told.delete(address);
    return true;
  }

  function shut(address: string): void {
    open.delete(address);
    server.shut(address);
  }

  async function look(): Promise<void> {
    const wanted = addresses();
    for (const address of told) if (!wanted.includes(address)) told.delete(address);
    let found = 0;
    for (const address of wanted) {
      if (signal.aborted) break;
      try {
        if (!open.has(address) && (await listen(address))) found += 1;
      } catch (thrown) {
        if (!told.has(address)) trouble(asLanpeerError(thrown, 'ERR_LISTEN'));
        told.add(address);
      }
    }
    // What came while it stopped is closed with the rest.
    if (signal.aborted) await server.close();
    else if (found > 0 || wanted.some((address) => open.has(address)))
      for (const address of open) if (!wanted.includes(address)) shut(address);
  }

  function lookLater(): void {
    const timer = clock.setTimeout(() => {
      off();
      look()
        .catch((thrown: unknown) => trouble(asLanpeerError(thrown, 'ERR_INTERNAL')))
        .finally(() => {
          if (!signal.aborted) lookLater();
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
  if (!signal.aborted) lookLater();
  return bound;
}
