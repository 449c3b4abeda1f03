import type { Driver, Flood } from '../stacks/driver.ts';

export interface SizedFlood extends Flood {
  readonly count: number;
}

/** As many as fit, at the rate of a first small number, into the time; at most so many bytes. */
export function countFor(rate: number, seconds: number, bytes: number, mostBytes = 400e6): number {
  return Math.max(1, Math.min(Math.floor(rate * seconds), Math.floor(mostBytes / bytes), 2_000_000));
}

/** Messages for about so long: the stacks are thousandfold apart. What goes before says how many that are, and warms up. */
export async function floodFor(driver: Driver, bytes: number, seconds: number): Promise<SizedFlood> {
  let count = 20;
  // The first ones are slow where nothing is compiled yet: their rate says little.
  for (let tries = 0; tries < 6; tries += 1) {
    const trial = await driver.flood(bytes, count);
    const all = countFor(count / trial.seconds, seconds, bytes);
    if (trial.seconds >= seconds / 4 || all <= count) {
      count = all;
      break;
    }
    count = Math.ceil(all / 2);
  }
  return { count, ...(await driver.flood(bytes, count)) };
}
