import { repeat } from 'rxjs';
import type { MessageTypes } from '../../api/messages.ts';
import type { LanpeerNode } from '../../api/node.ts';
import type { ConnectionChange, Peer } from '../../api/peers.ts';
import { textOf } from '../../util/thrown.ts';
import { happenings } from './happenings.ts';
import type { PeerRun, PeerRunOptions, PeerSight } from './sight.ts';
import { type PeerSituation, situations } from './situations.ts';
import type { PeerStep } from './steps.ts';
import { awaitIn, check, watch, watchMs } from './watch.ts';
import { createPeerWorld, type PeerWorld, type Side } from './world.ts';

/** The program under test, the world around it, and what its node says. */
function createTrial<Program, PeerProgram, Messages extends MessageTypes<Messages>>(
  side: Side,
  options: PeerRunOptions<Program, PeerProgram, Messages>,
) {
  let peerProgram: PeerProgram | undefined;
  // What messages there are only the program knows.
  const typed = (made: LanpeerNode): LanpeerNode<Messages> => made as unknown as LanpeerNode<Messages>;
  const world: PeerWorld = createPeerWorld({
    side,
    attachPeer(peer) {
      peerProgram = options.startPeer?.(typed(peer));
    },
  });
  const { node, peerId } = world;
  const changes: ConnectionChange[] = [];
  let peers: ReadonlyMap<string, Peer> = new Map();
  // The program may stop its node and start it again.
  node.connections$.pipe(repeat()).subscribe((change) => changes.push(change));
  node.peers$.pipe(repeat()).subscribe((next) => {
    peers = next;
  });
  let taken = 0;

  return {
    world,
    changes,
    async begin(): Promise<Program> {
      const program = await awaitIn(world, options.start(typed(node)));
      await node.start();
      await world.clock.advanceAsync(watchMs);
      return program;
    },
    async take(step: PeerStep): Promise<void> {
      const seen = (): readonly ConnectionChange[] => changes.slice(taken);
      await happenings[step.event].act(world);
      await watch(world, step, seen);
      check(step, seen(), changes, peers);
      taken = changes.length;
    },
    async ask(program: Program, situation: PeerSituation): Promise<void> {
      const state = situations[situation].shown;
      const sight: PeerSight<PeerProgram, Messages> = {
        situation,
        state,
        change: changes.at(-1),
        peer: peers.get(peerId),
        peerId,
        node: typed(node),
        peerProgram: world.peerRuns ? peerProgram : undefined,
      };
      await awaitIn(world, options.states?.[state]?.(program, sight));
      await awaitIn(world, options.always?.(program, sight));
    },
  };
}

/** Takes a program along these steps. */
export async function runPeerPath<Program, PeerProgram, Messages extends MessageTypes<Messages>>(
  description: string,
  steps: readonly PeerStep[],
  side: Side,
  options: PeerRunOptions<Program, PeerProgram, Messages>,
): Promise<PeerRun> {
  const trial = createTrial(side, options);
  const { world, changes } = trial;
  let at = 'the start';
  let program: { readonly it: Program } | undefined;
  try {
    program = { it: await trial.begin() };
    await trial.ask(program.it, 'unknown');
    for (const [no, step] of steps.entries()) {
      at = `step ${no + 1} of ${steps.length} (${happenings[step.event].text}; then ${step.to})`;
      await trial.take(step);
      await trial.ask(program.it, step.to);
    }
    at = 'the end';
    if (options.stop) await awaitIn(world, options.stop(program.it));
    await awaitIn(world, world.end());
    return { changes };
  } catch (cause) {
    throw new Error(`${description}\n${at}: ${textOf(cause)}`, { cause });
  }
}
