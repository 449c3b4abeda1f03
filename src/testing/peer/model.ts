import { createMachine } from 'xstate';
import { adjacencyMapToArray, getAdjacencyMap, getShortestPaths } from 'xstate/graph';

/** What a program sees of a peer. `failed`: there is no link, and it is tried again and again. */
export type PeerPhase = 'unknown' | 'connected' | 'failed' | 'gaveUp' | 'closed';

/** What happens in the world, or what the program does. */
export const peerEvents = {
  appears: 'the device is switched on for the first time',
  linksDrop: 'the links break, signalling goes on',
  everythingDrops: 'links and signalling break',
  cut: 'nothing passes between the two any more',
  heals: 'everything passes again',
  udpBlocked: 'a firewall begins to drop UDP, and the link breaks',
  udpFree: 'UDP passes again',
  killed: 'the process of the peer is killed',
  powerLost: 'its host loses power: nobody says a word',
  rebooted: 'its host loses power and is back within a second',
  comesBack: 'the peer is started again',
  stops: 'the peer stops and says so',
  leaves: 'the peer calls disconnect',
  returns: 'the peer calls connect',
  disconnect: 'the program calls disconnect',
  connect: 'the program calls connect',
  timePasses: 'a quarter of an hour passes',
  stop: 'the program stops its node',
} as const;

export type PeerEvent = keyof typeof peerEvents;

/**
 * The peer as its world has it: no timers and no sockets, only what happens and what a program is to see after it. It is
 * independent of the connection machine: where the two differ, one of them is wrong.
 */
export const peerMachine = createMachine({
  id: 'peer',
  initial: 'unknown',
  states: {
    unknown: { on: { appears: 'connected' } },
    connected: {
      on: {
        linksDrop: 'connected',
        everythingDrops: 'connected',
        rebooted: 'connected',
        cut: 'cutOff',
        udpBlocked: 'overTls',
        killed: 'dead',
        powerLost: 'dead',
        stops: 'stopped',
        leaves: 'left',
        disconnect: 'disconnected',
        stop: 'off',
      },
    },
    overTls: { on: { udpFree: 'connected', everythingDrops: 'overTls' } },
    cutOff: {
      on: { heals: 'connected', timePasses: 'cutOffForLong', disconnect: 'disconnectedWhileCut', stop: 'off' },
    },
    cutOffForLong: { on: { heals: 'connected' } },
    dead: { on: { comesBack: 'connected', timePasses: 'deadForLong', connect: 'dead' } },
    deadForLong: { on: { comesBack: 'connected', disconnect: 'disconnectedWhileDead' } },
    stopped: { on: { comesBack: 'connected' } },
    left: { on: { connect: 'connected', returns: 'connected', timePasses: 'left' } },
    disconnected: { on: { connect: 'connected', returns: 'connected', timePasses: 'disconnected' } },
    disconnectedWhileCut: {},
    disconnectedWhileDead: {},
    off: {},
  },
});

const phases = {
  unknown: 'unknown',
  connected: 'connected',
  overTls: 'connected',
  cutOff: 'failed',
  cutOffForLong: 'gaveUp',
  dead: 'failed',
  deadForLong: 'gaveUp',
  stopped: 'closed',
  left: 'closed',
  disconnected: 'closed',
  disconnectedWhileCut: 'closed',
  disconnectedWhileDead: 'closed',
  off: 'closed',
} as const satisfies Record<string, PeerPhase>;

export type PeerState = keyof typeof phases;

/** The phase that a program is to see in that state of the model. */
export const phaseOf = (state: PeerState): PeerPhase => phases[state];

export interface PeerStep {
  readonly event: PeerEvent;
  readonly state: PeerState;
}

const stateOf = ({ value }: { readonly value: unknown }): PeerState => String(value) as PeerState;

/** The shortest way to every transition of the model, and that transition as its end. */
export function peerWays(): readonly (readonly PeerStep[])[] {
  const shortest = new Map<PeerState, readonly PeerStep[]>(
    getShortestPaths(peerMachine).map(({ state, steps }) => [
      stateOf(state),
      steps
        .filter(({ event }) => event.type in peerEvents)
        .map((step) => ({ event: step.event.type as PeerEvent, state: stateOf(step.state) })),
    ]),
  );
  return adjacencyMapToArray(getAdjacencyMap(peerMachine, {}))
    .filter(({ state, event }) => state.can(event))
    .map(({ state, event, nextState }) => [
      ...(shortest.get(stateOf(state)) ?? []),
      { event: event.type as PeerEvent, state: stateOf(nextState) },
    ]);
}
