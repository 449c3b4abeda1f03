import type { ConnectionChange, Peer } from '../../api/peers.ts';
import { fits, listOf, textOf } from './changes.ts';
import type { PeerRig } from './peer-rig.ts';
import { type PeerStateDefinition, peerStates } from './states.ts';
import type { PeerStep } from './steps.ts';

/** Virtual time that a step may take, and a promise of the program. */
const stepMs = 20_000;
const longMs = 700_000;
const promiseMs = 10_000;
/** Virtual time for which a state is observed: long enough for a message and its acknowledgement. */
export const watchMs = 300;
/** Less than the shortest back-off. */
const briefMs = 3;

/** Not `instanceof`: some test runners give each file a `Promise` of its own. */
const isPromise = (what: unknown): what is PromiseLike<unknown> =>
  typeof what === 'object' && what !== null && 'then' in what && typeof what.then === 'function';

/** Settles as the promise does; time passes meanwhile. */
export async function awaitIn<Value>({ clock }: PeerRig, what: Value | PromiseLike<Value>): Promise<Value> {
  if (!isPromise(what)) return what;
  let settled = false;
  const settle = (): void => {
    settled = true;
  };
  what.then(settle, settle);
  await clock.advanceAsync(0);
  for (let ms = 0; !settled && ms < promiseMs; ms += 1) await clock.advanceAsync(1);
  if (!settled) throw new Error(`a promise did not settle within ${promiseMs / 1_000} s of virtual time`);
  return what;
}

/** Lets time pass until the changes of the step have come, and then for what should not come. */
export async function watch(
  { clock }: PeerRig,
  step: PeerStep,
  emitted: () => readonly ConnectionChange[],
): Promise<void> {
  const { brief, gaveUp }: PeerStateDefinition = peerStates[step.to];
  const limit = step.repeated ? longMs : stepMs;
  const grain = step.repeated ? 1_000 : 5;
  const isThere = (): boolean => fits(step, emitted()) && (!gaveUp || emitted().at(-1)?.gaveUp === true);
  await clock.advanceAsync(0);
  for (let ms = 0; ms < limit && !isThere(); ms += grain) await clock.advanceAsync(grain);
  await clock.advanceAsync(brief ? briefMs : watchMs);
}

/** The first change whose `previous` is not the state before; a connection that was closed is a new one when it comes again. */
const firstWithWrongPrevious = (all: readonly ConnectionChange[]): ConnectionChange | undefined =>
  all.find(({ previous }, at) => {
    const before = all[at - 1]?.state ?? 'closed';
    return previous !== (before === 'closed' ? null : before);
  });

/** Checks what the node reports, in this step and in all, against the step. */
export function check(
  step: PeerStep,
  emitted: readonly ConnectionChange[],
  all: readonly ConnectionChange[],
  peers: ReadonlyMap<string, Peer>,
): void {
  const last = all.at(-1);
  const wrong = firstWithWrongPrevious(all);
  const fail = (what: string, should: string, is: string): never => {
    throw new Error(`${what} should say ${should}; it says ${is}`);
  };
  const { state, via, gaveUp }: PeerStateDefinition = peerStates[step.to];
  const gives = gaveUp === true;
  if (!fits(step, emitted)) fail('connections$', listOf(step.changes), listOf(emitted.map(textOf)));
  if (wrong) fail(`previous of ${textOf(wrong)}`, 'the state before', String(wrong.previous));
  if (last && last.state !== state) fail('the last change', state, last.state);
  if (last && last.gaveUp !== gives) fail('gaveUp', String(gives), String(last.gaveUp));
  const [peer, ...others] = peers.values();
  const is = peer ? `${peer.id} by ${peer.via}` : 'no peer';
  if ((peer !== undefined) !== (state === 'connected'))
    fail('peers$', state === 'connected' ? 'the peer' : 'no peer', is);
  if (peer && (others.length > 0 || peer.id !== last?.id)) fail('peers$', 'the peer', is);
  if (peer && (peer.via !== last?.via || (via && peer.via !== via))) fail('peers$', `by ${via ?? last?.via}`, is);
}
