import type { ConnectionContext } from '../../src/machines/connection/context.ts';
import { createConnectionRig } from '../../src/testing/model/connection-rig.ts';
import { createVirtualClock } from '../../src/testing/virtual-clock.ts';

export interface World {
  readonly offers?: boolean;
  readonly monotonic?: number;
  readonly random?: number;
}

/** The context of a new connection, with these facts in it. */
export function contextWith(facts: Partial<ConnectionContext>, world: World = {}): ConnectionContext {
  const { offers = true, monotonic = 0, random = 0.5 } = world;
  const clock = createVirtualClock();
  clock.advance(monotonic);
  return { ...createConnectionRig({ offers, clock, random: () => random }).context, ...facts };
}
