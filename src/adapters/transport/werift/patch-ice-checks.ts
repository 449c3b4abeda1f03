import type { IceConnection } from './internals.ts';

/** States of a candidate pair that was not checked yet. */
const unchecked: readonly number[] = [0, 1];

/**
 * Begins the checks of all candidate pairs at once. werift begins one every 20 ms and sleeps after the last one too,
 * which is half of the time that a link takes to open; the pairs are few (`limits.signalling.candidates`).
 */
export function checkAllPairsAtOnce(ice: IceConnection): void {
  const schedule = ice.schedulingChecks;
  ice.schedulingChecks = () => {
    const waiting = ice.candidatePairs.filter(({ state }) => unchecked.includes(state));
    return waiting.every(() => schedule.call(ice)) && schedule.call(ice);
  };
}
