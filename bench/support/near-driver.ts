import type { Driver, Flood, Held } from '../stacks/driver.ts';
import type { Link, NearEnd } from '../stacks/stack.ts';
import { settledMemory } from './memory.ts';
import type { OtherProcess } from './rpc.ts';

/** Not counted: what is made once, for the first, is not what a connection costs. */
const warmUp = 5;

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

const cpuMs = (since: NodeJS.CpuUsage): number => {
  const { user, system } = process.cpuUsage(since);
  return (user + system) / 1_000;
};

async function sendAll(next: () => Promise<unknown> | undefined, count: number): Promise<void> {
  for (let sent = 0; sent < count; sent += 1) {
    const wait = next();
    if (wait !== undefined) await wait;
  }
}

/** Sends what is due each time, and sleeps until the next one is. */
async function sendPaced(next: () => Promise<unknown> | undefined, count: number, perSecond: number): Promise<void> {
  const begun = performance.now();
  for (let sent = 0; sent < count; ) {
    const due = Math.min(count, Math.floor(((performance.now() - begun) / 1_000) * perSecond) + 1);
    await sendAll(next, due - sent);
    sent = due;
    await pause(Math.max(0, (sent / perSecond) * 1_000 - (performance.now() - begun)));
  }
}

function present<T>(it: T | undefined): T {
  if (it === undefined) throw new Error('this stack cannot do that');
  return it;
}

/** Drives a stack from its near end, with the far one in that process. */
export class NearDriver implements Driver {
  readonly #near: NearEnd;
  readonly #far: OtherProcess;
  #link: Promise<Link> | undefined;

  constructor(near: NearEnd, far: OtherProcess) {
    this.#near = near;
    this.#far = far;
  }

  #open(): Promise<Link> {
    this.#link ??= present(this.#near.open?.());
    return this.#link;
  }

  async connect(count: number): Promise<readonly number[]> {
    const times: number[] = [];
    while (times.length < count) times.push(await present(this.#near.connect?.()));
    return times;
  }

  async pings(count: number): Promise<readonly number[]> {
    const link = await this.#open();
    const times: number[] = [];
    while (times.length < count) {
      const begun = performance.now();
      await link.ping();
      times.push(performance.now() - begun);
    }
    return times;
  }

  async flood(bytes: number, count: number, perSecond?: number): Promise<Flood> {
    const next = (await this.#open()).sender(bytes);
    this.#far.rpc.send('expect', { bytes, count });
    await this.#far.rpc.next('expecting');
    const cpu = process.cpuUsage();
    const begun = performance.now();
    if (perSecond === undefined) await sendAll(next, count);
    else await sendPaced(next, count, perSecond);
    const farMs = Number(await this.#far.rpc.next('arrived'));
    return { seconds: (performance.now() - begun) / 1_000, nearMs: cpuMs(cpu), farMs };
  }

  async pingsBeside(bytes: number, count: number, least: number): Promise<readonly number[]> {
    const times: number[] = [];
    while (times.length < least) {
      let over = false;
      const flood = this.flood(bytes, count).finally(() => {
        over = true;
      });
      // It is awaited below: until then a failure is nobody's.
      flood.catch(() => undefined);
      while (!over) times.push(...(await this.pings(1)));
      await flood;
    }
    return times;
  }

  async hold(count: number, idleMs: number): Promise<Held> {
    const hold = (links: number): Promise<void> => present(this.#near.hold?.(links));
    await hold(warmUp);
    const before = await settledMemory();
    const links = count - warmUp;
    await hold(links);
    const after = await settledMemory();
    const cpu = process.cpuUsage();
    const begun = performance.now();
    await pause(idleMs);
    return {
      heap: (after.heap - before.heap) / links,
      // Room that the C library had already is not seen in its growth, and V8 does not know of all that is native.
      native: Math.max(after.native - before.native, after.external - before.external) / links,
      resident: (after.resident - before.resident) / links,
      cpu: cpuMs(cpu) / (performance.now() - begun),
    };
  }

  async notice(): Promise<number> {
    const gone = present((await this.#open()).gone);
    await this.pings(10);
    const begun = performance.now();
    this.#far.child.kill('SIGKILL');
    await gone;
    return performance.now() - begun;
  }
}
