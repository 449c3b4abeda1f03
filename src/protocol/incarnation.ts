/** One run of a node: a start counter that only grows, kept with the key, and a random part. */
export interface Incarnation {
  /** max(stored + 1, wall clock in ms) at start; a safe integer. */
  readonly counter: number;
  /** 16 lower-case hexadecimal characters. */
  readonly random: string;
}

/**
 * How an incarnation stands to another one of the same device. Of two that run the `newer` one holds the id: it has the
 * higher counter or, where a directory was copied and both are equal, the higher random part.
 */
export type IncarnationRelation = 'same' | 'newer' | 'older';

const pattern = /^([1-9][0-9]{0,15})-([0-9a-f]{16})$/;

export function relateIncarnation(current: Incarnation, other: Incarnation): IncarnationRelation {
  if (other.counter !== current.counter) return other.counter > current.counter ? 'newer' : 'older';
  if (other.random === current.random) return 'same';
  return other.random > current.random ? 'newer' : 'older';
}

export function formatIncarnation(incarnation: Incarnation): string {
  return `${incarnation.counter}-${incarnation.random}`;
}

/** The incarnation in its wire form `counter-random`, or undefined for anything else. */
export function parseIncarnation(text: string): Incarnation | undefined {
  const [, counter, random] = pattern.exec(text) ?? [];
  const number = Number(counter);
  return random !== undefined && Number.isSafeInteger(number) ? { counter: number, random } : undefined;
}
