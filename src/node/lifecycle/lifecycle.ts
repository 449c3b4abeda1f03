import type { Discovery } from '../../adapters/discovery/port.ts';
import type { Identity } from '../../adapters/identity/port.ts';
import type { Signalling } from '../../adapters/signalling/port.ts';
import { LanpeerError } from '../../errors.ts';

/** What one run of the node has open. */
export interface Run {
  readonly identity: Identity;
  readonly signalling: Signalling;
  readonly port: number;
}

export interface LifecycleDeps {
  readonly openIdentity: () => Promise<Identity>;
  readonly openSignalling: (identity: Identity) => Promise<{ readonly signalling: Signalling; readonly port: number }>;
  readonly makeDiscovery: (() => Discovery) | null;
  readonly startDiscovery: (discovery: Discovery, run: Run) => Promise<void>;
  readonly internalError: (thrown: unknown) => void;
  /** Links and sessions have been told to end; resolves when they have. */
  readonly drained: () => Promise<unknown>;
}

/** Opens in order, closes in reverse, and leaves nothing half open when a step fails. */
export interface Lifecycle {
  readonly run: Run | undefined;
  readonly discovery: Discovery | undefined;
  open(): Promise<{ readonly ownId: string }>;
  /** Runs until the returned function is called. */
  discover(): () => void;
  close(): Promise<void>;
}

export function createLifecycle(options: LifecycleDeps): Lifecycle {
  let opening: Promise<unknown> = Promise.resolve();
  let run: Run | undefined;
  let discovery: Discovery | undefined;
  let quiet: Promise<unknown> = Promise.resolve();

  async function openAll(): Promise<{ readonly ownId: string }> {
    const identity = await options.openIdentity();
    try {
      run = { identity, ...(await options.openSignalling(identity)) };
      return { ownId: identity.id };
    } catch (thrown) {
      await identity.release();
      throw thrown;
    }
  }

  return {
    get run() {
      return run;
    },
    get discovery() {
      return discovery;
    },
    open() {
      const opened = openAll();
      opening = opened.catch(() => undefined);
      return opened;
    },
    discover() {
      if (!options.makeDiscovery || !run) return () => undefined;
      const started = options.makeDiscovery();
      discovery = started;
      options.startDiscovery(started, run).catch(options.internalError);
      return () => {
        discovery = undefined;
        quiet = started.stop().catch(options.internalError);
      };
    },
    async close() {
      // A stop that comes while the node starts has to wait until there is something to close.
      await opening;
      await quiet;
      await options.drained();
      const closing = run;
      run = undefined;
      // What cannot be closed does not keep the rest open.
      await closing?.signalling.close().catch(options.internalError);
      await closing?.identity.release().catch(options.internalError);
    },
  };
}

/** The run, for calls that need one. Throws `ERR_NOT_RUNNING`. */
export function runOf(lifecycle: Lifecycle): Run {
  if (!lifecycle.run) throw new LanpeerError('ERR_NOT_RUNNING');
  return lifecycle.run;
}
