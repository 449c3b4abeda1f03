import type { Transport } from './port.ts';

/** A transport whose code is loaded later; `make` is called when the first link is opened, and once. */
export function onDemandTransport(facts: Omit<Transport, 'open'>, make: () => Transport): Transport {
  let made: Transport | undefined;
  return {
    ...facts,
    open(link) {
      made ??= make();
      return made.open(link);
    },
  };
}
