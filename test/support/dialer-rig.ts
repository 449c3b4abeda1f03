import { createActor, setup } from 'xstate';
import type { SignallingSession } from '../../src/adapters/signalling/port.ts';
import { LanpeerError } from '../../src/index.ts';
import type { ConnectionEvent } from '../../src/machines/index.ts';
import { createDialer } from '../../src/node/dialing/dialer.ts';
import type { Endpoint } from '../../src/node/dialing/endpoint.ts';
import type { Dial as DialAddress } from '../../src/node/dialing/peer-dial.ts';
import { createLateClock } from './late-clock.ts';

interface Dial {
  readonly target: Parameters<DialAddress>[0];
  resolve(session: SignallingSession): void;
  reject(error: LanpeerError): void;
}

/** Lets promises that are due settle; no time passes. */
export const settle = async (): Promise<void> => {
  for (let turn = 0; turn < 10; turn += 1) await Promise.resolve();
};

/** A dialer of which a test answers the dials, and what it tells its connection. */
export function createDialerRig(
  endpoints: readonly Endpoint[],
  exists = true,
  offLink: readonly Endpoint[] = [],
  patient = false,
) {
  const clock = createLateClock();
  const dials: Dial[] = [];
  const opened: SignallingSession[] = [];
  const said: ConnectionEvent[] = [];
  const watchers = new Set<() => void>();
  let known = endpoints;
  let begun = 0;
  const dialer = createDialer({
    signalling: {
      dial: (target) =>
        new Promise((resolve, reject) => {
          dials.push({ target, resolve, reject });
        }),
    },
    endpoints: () => known,
    watch(_, listener) {
      watchers.add(listener);
      return () => void watchers.delete(listener);
    },
    offLink: { targets: () => offLink, turn: () => Promise.resolve(true) },
    opened: (session) => opened.push(session),
    exists: () => exists,
    lost: () => undefined,
    failed: () => undefined,
    clock,
  });
  const parent = setup({ types: { events: {} as ConnectionEvent }, actors: { dialer } }).createMachine({
    invoke: { src: 'dialer', input: { peerId: 'p', patient } },
    on: {
      'dial.begun': {
        actions() {
          begun += 1;
        },
      },
      '*': { actions: ({ event }) => void said.push(event) },
    },
  });
  const actor = createActor(parent, { clock });
  actor.start();
  return {
    clock,
    dials,
    opened,
    said,
    watchers,
    begun: () => begun,
    stop: () => actor.stop(),
    /** More is announced. */
    add(...more: readonly Endpoint[]): void {
      known = [...known, ...more];
      for (const told of watchers) told();
    },
  };
}

export const at = (n: number): Endpoint => ({ address: `192.0.2.${n}`, port: 1 });
export const refused = new LanpeerError('ERR_REFUSED');
