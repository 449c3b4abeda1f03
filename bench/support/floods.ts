import type { Driver, Flood } from '../stacks/driver.ts';

export interface SizedFlood extends Flood {
  readonly count: number;
}

/** As many as fit, at the rate of a first small number, into the time; at most so many bytes. */
export function countFor(rate: number, seconds: number, bytes: number, mostBytes = 400e6): number {
  return Math.max(1, Math.min(Math.floor(rate * seconds), Math.floor(mostBytes / bytes), 2_000_000));
}

/** Messages for about so long: the stacks are thousandfold apart. The small number before it warms up. */
export async function floodFor(driver: Driver, bytes: number, seconds: number): Promise<SizedFlood> {
  let first = 20;
  let rate = first / (await driver.flood(bytes, first)).seconds;
  // Twenty are through before anything is warm where it is fast.
  if (rate > 1_000) {
    first = countFor(rate, seconds / 4, bytes);
    rate = first / (await driver.flood(bytes, first)).seconds;
  }
  const count = countFor(rate, seconds, bytes);
  return { count, ...(await driver.flood(bytes, count)) };
}
