import type { ConnectionContext } from '../../src/machines/connection/context.ts';
import { createConnectionRig } from '../../src/testing/model/connection-rig.ts';
import { createVirtualClock } from '../../src/testing/virtual-clock.ts';

export interface World {
  readonly offers?: boolean;
  readonly monotonic?: number;
  readonly random?: number;
}

type Groups = 'peer' | 'dial' | 'negotiation' | 'fallback' | 'upgrade' | 'verification' | 'uptime' | 'retry';

/** Facts by subject; what a subject does not say is as it is in a new connection. */
export type Facts = Partial<Omit<ConnectionContext, Groups>> & {
  readonly [Name in Groups]?: Partial<ConnectionContext[Name]>;
};

/** The context of a new connection, with these facts in it. */
export function contextWith(facts: Facts, world: World = {}): ConnectionContext {
  const { offers = true, monotonic = 0, random = 0.5 } = world;
  const clock = createVirtualClock();
  clock.advance(monotonic);
  const { context } = createConnectionRig({ offers, clock, random: () => random });
  const { peer, dial, negotiation, fallback, upgrade, verification, uptime, retry, ...rest } = facts;
  return {
    ...context,
    ...rest,
    peer: { ...context.peer, ...peer },
    dial: { ...context.dial, ...dial },
    negotiation: { ...context.negotiation, ...negotiation },
    fallback: { ...context.fallback, ...fallback },
    upgrade: { ...context.upgrade, ...upgrade },
    verification: { ...context.verification, ...verification },
    uptime: { ...context.uptime, ...uptime },
    retry: { ...context.retry, ...retry },
  };
}
