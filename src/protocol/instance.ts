/** One run of a node: a start counter that only grows, kept with the key, and a random part. */
export interface Instance {
  /** max(stored + 1, wall clock in ms) at start; a safe integer. */
  readonly counter: number;
  /** 16 lower-case hexadecimal characters. */
  readonly random: string;
}

/**
 * How an instance stands to another one of the same device. Of two that run the `newer` one holds the id: it has the
 * higher counter or, where a directory was copied and both are equal, the higher random part.
 */
export type InstanceRelation = 'same' | 'newer' | 'older';

const pattern = /^([1-9][0-9]{0,15})-([0-9a-f]{16})$/;

export function relateInstance(current: Instance, other: Instance): InstanceRelation {
  if (other.counter !== current.counter) return other.counter > current.counter ? 'newer' : 'older';
  if (other.random === current.random) return 'same';
  return other.random > current.random ? 'newer' : 'older';
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
