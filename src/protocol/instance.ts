/** One run of a node: a start counter that only grows, kept with the key, and a random part. */
export interface Instance {
  /** max(stored + 1, wall clock in ms) at start; a safe integer. */
  readonly counter: number;
  /** 16 lower-case hexadecimal characters. */
  readonly random: string;
}

/**
 * How an instance stands to the one that holds the connection: `same` run, a `newer` one (replaces at once), or
 * `contested`: an equal or lower counter with another random part, as a copied or rolled-back state directory has.
 */
export type InstanceRelation = 'same' | 'newer' | 'contested';

const pattern = /^([1-9][0-9]{0,15})-([0-9a-f]{16})$/;

export function relateInstance(current: Instance, other: Instance): InstanceRelation {
  if (other.random === current.random && other.counter === current.counter) return 'same';
  return other.counter > current.counter ? 'newer' : 'contested';
}

export function formatInstance(instance: Instance): string {
  return `${instance.counter}-${instance.random}`;
}

/** The instance in its wire form `counter-random`, or undefined for anything else. */
export function parseInstance(text: string): Instance | undefined {
  const [, counter, random] = pattern.exec(text) ?? [];
  const number = Number(counter);
  return random !== undefined && Number.isSafeInteger(number) ? { counter: number, random } : undefined;
}
