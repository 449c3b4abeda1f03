import { repeat } from 'rxjs';
import type { MessageTypes } from '../../api/messages.ts';
import type { LanpeerNode } from '../../api/node.ts';
import type { ConnectionChange, Peer } from '../../api/peers.ts';
import { textOf } from '../../util/thrown.ts';
import type { PeerAssertionContext, PeerRun, PeerRunOptions } from './assertions.ts';
import { peerEvents } from './events.ts';
import { createPeerRig, type PeerRig, type Side } from './peer-rig.ts';
import { type PeerModelState, peerStates } from './states.ts';
import type { PeerStep } from './steps.ts';
import { awaitIn, check, watch, watchMs } from './watch.ts';

/** The program under test, the rig around it, and what its node says. */
function createPathRun<Program, PeerProgram, Messages extends MessageTypes<Messages>>(
  side: Side,
  options: PeerRunOptions<Program, PeerProgram, Messages>,
) {
  let peerProgram: PeerProgram | undefined;
  // What messages there are only the program knows.
  const typed = (made: LanpeerNode): LanpeerNode<Messages> => made as unknown as LanpeerNode<Messages>;
  const rig: PeerRig = createPeerRig({
    side,
    attachPeer(peer) {
      peerProgram = options.startPeer?.(typed(peer));
    },
  });
  const { node, peerId } = rig;
  const changes: ConnectionChange[] = [];
  let peers: ReadonlyMap<string, Peer> = new Map();
  // The program may stop its node and start it again.
  node.connections$.pipe(repeat()).subscribe((change) => changes.push(change));
  node.peers$.pipe(repeat()).subscribe((next) => {
    peers = next;
  });
  let checked = 0;

  return {
    rig,
    changes,
    async start(): Promise<Program> {
      const program = await awaitIn(rig, options.start(typed(node)));
      await node.start();
      await rig.clock.advanceAsync(watchMs);
      return program;
    },
    async runStep(step: PeerStep): Promise<void> {
      const emitted = (): readonly ConnectionChange[] => changes.slice(checked);
      await peerEvents[step.event].run(rig);
      await watch(rig, step, emitted);
      check(step, emitted(), changes, peers);
      checked = changes.length;
    },
    async runAssertions(program: Program, modelState: PeerModelState): Promise<void> {
      const { state } = peerStates[modelState];
      const context: PeerAssertionContext<PeerProgram, Messages> = {
        modelState,
        state,
        change: changes.at(-1),
        peer: peers.get(peerId),
        peerId,
        node: typed(node),
        peerProgram: rig.peerRuns ? peerProgram : undefined,
      };
      await awaitIn(rig, options.states?.[state]?.(program, context));
      await awaitIn(rig, options.always?.(program, context));
    },
  };
}

/** Runs a program through these steps. */
export async function runPeerPath<Program, PeerProgram, Messages extends MessageTypes<Messages>>(
  description: string,
  steps: readonly PeerStep[],
  side: Side,
  options: PeerRunOptions<Program, PeerProgram, Messages>,
): Promise<PeerRun> {
  const pathRun = createPathRun(side, options);
  const { rig, changes } = pathRun;
  let at = 'the start';
  let program: { readonly it: Program } | undefined;
  try {
    program = { it: await pathRun.start() };
    await pathRun.runAssertions(program.it, 'unknown');
    for (const [no, step] of steps.entries()) {
      at = `step ${no + 1} of ${steps.length} (${peerEvents[step.event].text}; then ${step.to})`;
      await pathRun.runStep(step);
      await pathRun.runAssertions(program.it, step.to);
    }
    at = 'the end';
    if (options.stop) await awaitIn(rig, options.stop(program.it));
    await awaitIn(rig, rig.end());
    return { changes };
  } catch (cause) {
    throw new Error(`${description}\n${at}: ${textOf(cause)}`, { cause });
  }
}
