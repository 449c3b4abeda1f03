import type { Device } from '../../api/devices.ts';
import type { LanpeerNode } from '../../api/node.ts';
import { listOf, nameOf } from '../../diagnosis/words.ts';
import type { Clock } from '../../environment.ts';
import { LanpeerError } from '../../errors.ts';
import { limits } from '../../limits.ts';
import { sleep } from '../../util/abort.ts';
import type { PeerTarget } from '../args/target.ts';
import { meant } from '../node/match.ts';

export interface AwaitDeviceOptions {
  readonly waitMs: number;
  readonly signal: AbortSignal;
  readonly clock: Clock;
}

/**
 * The device that is meant, once it is heard; undefined if it was not in time. Rejects with `ERR_AMBIGUOUS` if several may
 * be meant, and as the signal says.
 */
export async function awaitDevice(
  node: Pick<LanpeerNode, 'devices$'>,
  target: PeerTarget,
  { waitMs, signal, clock }: AwaitDeviceOptions,
): Promise<Device | undefined> {
  let those: readonly Device[] = [];
  const heard = Promise.withResolvers<void>();
  const subscription = node.devices$.subscribe((devices) => {
    those = meant(target, devices.values());
    if (those.length > 0) heard.resolve();
  });
  const ended = new AbortController();
  try {
    await Promise.race([heard.promise, sleep(clock, waitMs, AbortSignal.any([signal, ended.signal]))]);
    // Another one may fit as well.
    if (those.length > 0) await sleep(clock, limits.cli.othersMs, signal);
  } finally {
    ended.abort();
    subscription.unsubscribe();
  }
  if (those.length > 1)
    throw new LanpeerError(
      'ERR_AMBIGUOUS',
      `${listOf(those.map(nameOf))} may be meant: write more of the name, or the id.`,
    );
  return those[0];
}
