import { constants } from 'node:os';
import type { Access } from '../api/access.ts';

const signal = 'SIGUSR2';

export interface ReloadOptions {
  /** Reads which devices may connect, as at the start. */
  read(): Promise<Access>;
  /** Makes it the access of the node. May throw. */
  use(access: Access): void;
  done(): void;
  /** It cannot be read or used: everything stays as it was. */
  failed(thrown: unknown): void;
  /** What gets the signal: the process. */
  readonly source: { on(name: NodeJS.Signals, listener: () => void): unknown };
}

/**
 * SIGUSR2 reads access again, one reading after the other. Not SIGHUP: that one comes when a terminal is closed, and a
 * node that lived on would have no owner.
 */
export function onReloadSignal({ read, use, done, failed, source }: ReloadOptions): void {
  // Windows does not have it, and knows no listener of it.
  if (!(signal in constants.signals)) return;
  let last = Promise.resolve();
  source.on(signal, () => {
    last = last.then(async () => {
      try {
        use(await read());
        done();
      } catch (thrown) {
        failed(thrown);
      }
    });
  });
}
