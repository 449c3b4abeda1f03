import type { Random } from '../../../environment.ts';
import { limits } from '../../../limits.ts';

/** A socket of a pool, as far as the choice depends on it. */
export interface SlotCandidate {
  /** Remote address, by which slots are shared out. */
  readonly address: string;
  /** `silent`: its first TLS record is not whole. `waiting`: for a slot. `active`: it has one. */
  stage: 'silent' | 'waiting' | 'active';
  /** Time in this stage, and since its last step, in ms of a process that was on time. */
  ms: number;
  stepMs: number;
}

export interface SlotChoiceOptions {
  readonly random: Random;
  /** Slots that one address may hold at a time. */
  readonly perAddress: number;
}

type ByAddress<Candidate> = ReadonlyMap<string, readonly Candidate[]>;

const { graceMs, loneGraceMs, stepMs } = limits.unauthenticated;

export const isActive = ({ stage }: SlotCandidate): boolean => stage === 'active';
const isPending = ({ stage }: SlotCandidate): boolean => stage !== 'active';
const isWaiting = ({ stage }: SlotCandidate): boolean => stage === 'waiting';
const isSlow = (candidate: SlotCandidate): boolean => isActive(candidate) && candidate.stepMs >= stepMs;

export function groupByAddress<Candidate extends SlotCandidate>(
  candidates: Iterable<Candidate>,
  matches: (candidate: Candidate) => boolean,
): ByAddress<Candidate> {
  return Map.groupBy([...candidates].filter(matches), ({ address }) => address);
}

/** Which socket gets a slot, and which one is rejected: by the share of its address, and by chance among equals. */
export class SlotChoice {
  readonly #options: SlotChoiceOptions;

  constructor(options: SlotChoiceOptions) {
    this.#options = options;
  }

  /** A pending socket of one of the addresses that have most. */
  pendingToReject<Candidate extends SlotCandidate>(candidates: Iterable<Candidate>): Candidate | undefined {
    const groups = [...groupByAddress(candidates, isPending).values()];
    const most = Math.max(...groups.map(({ length }) => length));
    return this.#pick(this.#pick(groups.filter(({ length }) => length === most)) ?? []);
  }

  /** The waiting socket that gets the next slot. `lastSlotOf` orders addresses by when they got one: 0 is never. */
  next<Candidate extends SlotCandidate>(
    candidates: Iterable<Candidate>,
    active: ByAddress<Candidate>,
    lastSlotOf: (address: string) => number,
  ): Candidate | undefined {
    const groups = groupByAddress(candidates, isWaiting);
    let best: (readonly [address: string, count: number, lastSlot: number])[] = [];
    for (const address of groups.keys()) {
      const own = active.get(address) ?? [];
      const count = own.length;
      if (count >= this.#options.perAddress && !own.some(isSlow)) continue;
      const one = [address, count, lastSlotOf(address)] as const;
      const order = best[0] ? count - best[0][1] || one[2] - best[0][2] : -1;
      if (order < 0) best = [one];
      else if (order === 0) best.push(one);
    }
    const chosen = this.#pick(best);
    return chosen && this.#pick(groups.get(chosen[0]) ?? []);
  }

  /**
   * The socket that gives up its slot for one of that address: of an address that holds most, or one that takes too long
   * for a step. Undefined if no slot can be freed yet.
   */
  activeToReject<Candidate extends SlotCandidate>(
    address: string,
    candidates: Iterable<Candidate>,
    active: ByAddress<Candidate>,
  ): Candidate | undefined {
    const own = active.get(address) ?? [];
    const most = Math.max(...[...active.values()].map(({ length }) => length));
    const overShare = [...active.values()]
      .filter(({ length }) => length === most && length > own.length)
      .flat()
      .filter(({ ms }) => ms >= (most > 1 ? graceMs : loneGraceMs));
    const slow = (own.length < this.#options.perAddress ? [...candidates] : own).filter(isSlow);
    return this.#pick(overShare.length > 0 ? overShare : slow);
  }

  #pick<Item>(items: readonly Item[]): Item | undefined {
    return items[Math.floor(this.#options.random() * items.length)];
  }
}
