import type { ConnectionChange } from '../../api.ts';
import { type PeerEvent, type PeerPhase, type PeerStep, peerEvents, peerWays, phaseOf } from './model.ts';
import type { PeerTransition } from './transitions.ts';
import { createPeerWorld, type PeerWorld } from './world.ts';

/** A program to be taken through everything that a peer of it can go through. */
export interface PeerTest<Program> {
  /** Makes the program around its node, which is not started yet: handlers and subscriptions belong here. */
  start(node: PeerWorld['node']): Program | Promise<Program>;
  /** What has to hold of the program after each step, by what it sees of the peer then. */
  readonly states: {
    readonly [phase in PeerPhase]?: (program: Program, world: PeerWorld, step: PeerStep) => void | Promise<void>;
  };
  /** Takes the program down; its node is stopped afterwards. */
  stop?(program: Program): void | Promise<void>;
}

/** One way through the model of a peer. */
export interface PeerPath {
  /** What happens, in order, and which side makes the offers: a name for a test. */
  readonly description: string;
  readonly events: readonly PeerEvent[];
  /**
   * Runs it on a network in memory, in virtual time, and resolves with the transitions that the program's node told.
   * Rejects with an `Error` that names the step if the node shows something else than the model, or if the program's own
   * check throws (its error is the cause).
   */
  run<Program>(test: PeerTest<Program>): Promise<readonly PeerTransition[]>;
}

const transitionOf = ({ previous, state, reason }: ConnectionChange): PeerTransition => ({ previous, state, reason });

const wrong = (done: readonly PeerStep[], what: string, cause?: unknown): Error =>
  new Error(`After ${done.map(({ event }) => event).join(' > ')}: ${what}`, { cause });

async function checkStep<Program>(
  { states }: PeerTest<Program>,
  program: Program,
  world: PeerWorld,
  done: readonly PeerStep[],
): Promise<void> {
  const step = done.at(-1);
  if (!step) return;
  const { phase } = world;
  const expected = phaseOf(step.state);
  if (phase !== expected) {
    const { state, reason } = world.changes.at(-1) ?? {};
    throw wrong(done, `the node shows ${phase} (${state}: ${reason}), the model ${expected}.`);
  }
  try {
    await states[phase]?.(program, world, step);
  } catch (thrown) {
    throw wrong(done, `${peerEvents[step.event]}; the program fails in ${phase}: ${String(thrown)}`, thrown);
  }
}

function pathOf(way: readonly PeerStep[], lower: boolean): PeerPath {
  const events = way.map(({ event }) => event);
  return {
    description: `${events.join(' > ')} (${lower ? 'this' : 'that'} side offers)`,
    events,
    async run(test) {
      const world = await createPeerWorld(lower);
      const program = await test.start(world.node);
      try {
        await world.begin();
        const done: PeerStep[] = [];
        for (const step of way) {
          await world.happen(step.event);
          done.push(step);
          await checkStep(test, program, world, done);
        }
        return world.changes.map(transitionOf);
      } finally {
        await test.stop?.(program);
        await world.end();
      }
    },
  };
}

/**
 * The shortest ways through every transition of the model of a peer, each with either side making the offers. All of them
 * together go through {@link peerTransitions}: what a program can see of a connection and such a network can cause.
 */
export const peerPaths = (): readonly PeerPath[] =>
  [true, false].flatMap((lower) => peerWays().map((way) => pathOf(way, lower)));
