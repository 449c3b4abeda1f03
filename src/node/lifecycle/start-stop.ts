import type { LanpeerNode } from '../../api/node.ts';
import { LanpeerError } from '../../errors.ts';

/** What starts and stops. */
export interface StartStopDeps {
  readonly state: () => LanpeerNode['state'];
  /** Calls back whenever the state may have changed, until the returned function is called. */
  readonly watchState: (listener: () => void) => () => void;
  readonly tell: (event: { readonly type: 'start' | 'stop' }) => void;
  /** Before the node starts; undefined where nothing has to be waited for. May reject: then nothing starts. */
  readonly prepare: () => Promise<void> | undefined;
  /** Why the last start failed; undefined if it did not. */
  readonly fault: () => LanpeerError | undefined;
  /** The node runs. A rejection is that of the start. */
  readonly started: () => Promise<void>;
  /** A stop was asked for: calls that wait for what only a running node does wait in vain. */
  readonly stopping: () => void;
  /** Takes down what {@link prepare} and {@link started} set up. Never rejects. */
  readonly ended: () => Promise<void>;
  /** The node has stopped, and all of that was told. */
  readonly stopped: () => void;
}

const overtaken = (): LanpeerError => new LanpeerError('ERR_NOT_RUNNING', 'The node was stopped while it started.');

/**
 * Starts and stops in the order of the calls, so that the node ends as the last one asked. A call that asks the same as
 * the one before shares its outcome. A stop takes effect at once, and the start that it overtakes rejects with
 * `ERR_NOT_RUNNING`; a start waits for the stop before it.
 */
export function createStartStop(world: StartStopDeps): Pick<LanpeerNode, 'start' | 'stop'> {
  const { state, tell } = world;
  /** What was asked last; undefined before the first call, and after a start that failed. */
  let last: 'start' | 'stop' | undefined;
  let outcome: Promise<void> = Promise.resolve();
  /** Resolves when the last call is done; undefined when it is. */
  let underWay: Promise<void> | undefined;
  let turns = 0;

  function reached(...wanted: readonly LanpeerNode['state'][]): Promise<void> {
    if (wanted.includes(state())) return Promise.resolve();
    return new Promise((resolve) => {
      const off = world.watchState(() => {
        if (!wanted.includes(state())) return;
        off();
        resolve();
      });
    });
  }

  async function open(goOn: () => void): Promise<void> {
    const prepared = world.prepare();
    // Where nothing has to be waited for a start takes effect at once.
    if (prepared !== undefined) await prepared;
    goOn();
    tell({ type: 'start' });
    await reached('running', 'stopped', 'stopping');
    const fault = world.fault();
    if (fault) throw fault;
    goOn();
    await world.started();
    goOn();
  }

  async function begin(before: Promise<void> | undefined, isLast: () => boolean): Promise<void> {
    const goOn = (): void => {
      if (!isLast()) throw overtaken();
    };
    if (before !== undefined) await before;
    goOn();
    try {
      await open(goOn);
    } catch (thrown) {
      // A stop that overtook it takes everything down.
      if (isLast()) {
        tell({ type: 'stop' });
        await reached('stopped');
        await world.ended();
      }
      if (isLast()) last = undefined;
      throw thrown;
    }
  }

  async function end(before: Promise<void> | undefined): Promise<void> {
    tell({ type: 'stop' });
    world.stopping();
    await before;
    await reached('stopped');
    await world.ended();
    world.stopped();
  }

  function take(
    call: 'start' | 'stop',
    run: (before: Promise<void> | undefined, isLast: () => boolean) => Promise<void>,
  ): Promise<void> {
    if (last === call) return outcome;
    last = call;
    turns += 1;
    const turn = turns;
    const before = underWay;
    // Known before anything happens: a subscriber that is told of what happens may call again.
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    outcome = promise;
    const done = (): void => {
      if (turns === turn) underWay = undefined;
    };
    underWay = promise.then(done, done);
    run(before, () => turns === turn).then(resolve, reject);
    return promise;
  }

  // Each caller gets a promise of its own: one without a handler is to be noticed when it rejects.
  return {
    async start() {
      await take('start', begin);
    },
    async stop() {
      await take('stop', end);
    },
  };
}
