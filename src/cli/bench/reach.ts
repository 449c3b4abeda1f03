import type { LanpeerNode } from '../../api/node.ts';
import type { Peer } from '../../api/peers.ts';
import { type Clock, systemClock } from '../../environment.ts';
import { asLanpeerError, LanpeerError, type LanpeerErrorCode } from '../../errors.ts';
import { limits } from '../../limits.ts';
import { startTimeLimit } from '../../util/time-limit.ts';
import type { BenchTarget } from '../args/bench.ts';

/** Resolves when a device that mDNS hears is connected; the node connects to it by itself. */
function heard(node: LanpeerNode, id: string, signal: AbortSignal): Promise<Peer> {
  return new Promise((resolve, reject) => {
    let code: LanpeerErrorCode | null = null;
    const changes = node.connections$.subscribe((change) => {
      code = change.code;
    });
    const peers = node.peers$.subscribe((map) => {
      const peer = map.get(id);
      if (peer) end(() => resolve(peer));
    });
    const end = (settle: () => void): void => {
      signal.removeEventListener('abort', aborted);
      queueMicrotask(() => {
        changes.unsubscribe();
        peers.unsubscribe();
      });
      settle();
    };
    const aborted = (): void =>
      end(() =>
        reject(code === null ? new LanpeerError('ERR_NO_ADDRESS', `${id} was not heard.`) : new LanpeerError(code)),
      );
    signal.addEventListener('abort', aborted, { once: true });
    if (signal.aborted) aborted();
  });
}

/**
 * Connects to the peer that is named. Rejects as `connect` does; with `ERR_NO_ADDRESS` if its id was not heard, and with
 * `ERR_TIMEOUT` if it was not connected within `limits.cli.benchReachMs`.
 */
export async function reach(
  node: LanpeerNode,
  target: BenchTarget,
  signal: AbortSignal,
  clock: Clock = systemClock,
): Promise<Peer> {
  const late = new AbortController();
  const endLimit = startTimeLimit(clock, limits.cli.benchReachMs, () => late.abort());
  const either = AbortSignal.any([signal, late.signal]);
  try {
    return 'id' in target ? await heard(node, target.id, either) : await node.connect({ ...target, signal: either });
  } catch (thrown) {
    const error = asLanpeerError(thrown, 'ERR_INTERNAL');
    throw error.code === 'ERR_ABORTED' && !signal.aborted ? new LanpeerError('ERR_TIMEOUT') : error;
  } finally {
    endLimit();
  }
}
