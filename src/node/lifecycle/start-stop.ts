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
export class StartStop {
  readonly #deps: StartStopDeps;
  /** What was asked last; undefined before the first call, and after a start that failed. */
  #last: 'start' | 'stop' | undefined;
  #outcome: Promise<void> = Promise.resolve();
  /** Resolves when the last call is done; undefined when it is. */
  #underWay: Promise<void> | undefined;
  #turns = 0;

  constructor(deps: StartStopDeps) {
    this.#deps = deps;
  }

  // Each caller gets a promise of its own: one without a handler is to be noticed when it rejects.
  async start(): Promise<void> {
    await this.#take('start', (before, isLast) => this.#begin(before, isLast));
  }

  async stop(): Promise<void> {
    await this.#take('stop', (before) => this.#end(before));
  }

  #take(
    call: 'start' | 'stop',
    run: (before: Promise<void> | undefined, isLast: () => boolean) => Promise<void>,
  ): Promise<void> {
    if (this.#last === call) return this.#outcome;
    this.#last = call;
    this.#turns += 1;
    const turn = this.#turns;
    const before = this.#underWay;
    // Known before anything happens: a subscriber that is told of what happens may call again.
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.#outcome = promise;
    const done = (): void => {
      if (this.#turns === turn) this.#underWay = undefined;
    };
    this.#underWay = promise.then(done, done);
    run(before, () => this.#turns === turn).then(resolve, reject);
    return promise;
  }

  async #begin(before: Promise<void> | undefined, isLast: () => boolean): Promise<void> {
    const { tell, ended } = this.#deps;
    const goOn = (): void => {
      if (!isLast()) throw overtaken();
    };
    if (before !== undefined) await before;
    goOn();
    try {
      await this.#open(goOn);
    } catch (thrown) {
      // A stop that overtook it takes everything down.
      if (isLast()) {
        tell({ type: 'stop' });
        await this.#reached('stopped');
        await ended();
      }
      if (isLast()) this.#last = undefined;
      throw thrown;
    }
  }

  async #open(goOn: () => void): Promise<void> {
    const { prepare, tell, fault, started } = this.#deps;
    const prepared = prepare();
    // Where nothing has to be waited for a start takes effect at once.
    if (prepared !== undefined) await prepared;
    goOn();
    tell({ type: 'start' });
    await this.#reached('running', 'stopped', 'stopping');
    const error = fault();
    if (error) throw error;
    goOn();
    await started();
    goOn();
  }

  async #end(before: Promise<void> | undefined): Promise<void> {
    const { tell, stopping, ended, stopped } = this.#deps;
    tell({ type: 'stop' });
    stopping();
    await before;
    await this.#reached('stopped');
    await ended();
    stopped();
  }

  #reached(...wanted: readonly LanpeerNode['state'][]): Promise<void> {
    const { state, watchState } = this.#deps;
    if (wanted.includes(state())) return Promise.resolve();
    return new Promise((resolve) => {
      const off = watchState(() => {
        if (!wanted.includes(state())) return;
        off();
        resolve();
      });
    });
  }
}
