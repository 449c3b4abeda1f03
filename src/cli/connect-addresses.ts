import { filter, firstValueFrom } from 'rxjs';
import type { LanpeerNode } from '../api/node.ts';
import type { Clock } from '../environment.ts';
import { asLanpeerError } from '../errors.ts';
import { limits } from '../limits.ts';
import { onAbort, sleep } from '../util/abort.ts';

export interface Address {
  readonly address: string;
  readonly port: number;
}

export interface ConnectAddressesOptions {
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Told when an attempt fails for another reason than the one before. */
  tell(event: object): void;
}

/**
 * Connects to what answers at an address, until the signal aborts. Once its id is known the node itself keeps the
 * connection; an address where nothing answers, and one whose peer the node has given up, is dialed again and again.
 */
async function keep(
  node: LanpeerNode,
  target: Address,
  { clock, signal, tell }: ConnectAddressesOptions,
): Promise<void> {
  let code: string | undefined;
  let waitMs: number = limits.cli.leastConnectMs;
  while (!signal.aborted) {
    try {
      const { id } = await node.connect({ ...target, signal });
      code = undefined;
      waitMs = limits.cli.leastConnectMs;
      const given = firstValueFrom(
        node.connections$.pipe(filter((change) => change.id === id && (change.gaveUp || change.state === 'closed'))),
        { defaultValue: undefined },
      );
      await Promise.race([given, new Promise<void>((resolve) => onAbort(signal, resolve))]);
    } catch (thrown) {
      const error = asLanpeerError(thrown, 'ERR_INTERNAL');
      if (error.code !== code && !signal.aborted)
        tell({ event: 'error', code: error.code, message: `${target.address}:${target.port}: ${error.message}` });
      code = error.code;
    }
    await sleep(clock, waitMs, signal).catch(() => undefined);
    waitMs = Math.min(waitMs * 2, limits.cli.mostConnectMs);
  }
}

/** Resolves when the signal has aborted. */
export async function connectAddresses(
  node: LanpeerNode,
  addresses: readonly Address[],
  options: ConnectAddressesOptions,
): Promise<void> {
  await Promise.all(addresses.map((target) => keep(node, target, options)));
}
