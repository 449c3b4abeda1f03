import { constants } from 'node:os';
import { type Clock, systemClock } from '../environment.ts';
import { limits } from '../limits.ts';
import { exitCodeOfSignal } from './exit-code.ts';

const names = (['SIGHUP', 'SIGINT', 'SIGTERM', 'SIGBREAK'] as const).filter((name) => name in constants.signals);

export interface StopSignalOptions {
  /** Asks for a stop, because of that signal; false if one is under way. */
  stop(name: NodeJS.Signals): boolean;
  /** Ends the process with that code. */
  exit(code: number): void;
  readonly clock: Clock;
  /** What gets the signals: the process. */
  readonly source: { on(name: NodeJS.Signals, listener: () => void): unknown };
}

/**
 * A signal that asks for the end of the process stops it in peace; another one while that goes on ends it at once, with
 * the code 128 + its number, as a shell tells of a process that a signal ended.
 */
export function onStopSignals({ stop, exit, clock, source }: StopSignalOptions): void {
  let first: { readonly name: string; readonly at: number } | undefined;
  for (const name of names) {
    source.on(name, () => {
      if (stop(name)) {
        first = { name, at: clock.monotonic() };
        return;
      }
      const end = (): void => exit(exitCodeOfSignal(name));
      const isSame = first?.name === name && clock.monotonic() - first.at < limits.cli.sameSignalMs;
      if (isSame) clock.setTimeout(end, limits.cli.sameSignalGraceMs);
      else end();
    });
  }
}

/** Resolves with the first signal that asks for the end of this process. */
export function stopSignal(): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    let stopping = false;
    const stop = (name: NodeJS.Signals): boolean => {
      const isFirst = !stopping;
      stopping = true;
      resolve(name);
      return isFirst;
    };
    onStopSignals({ stop, exit: (code) => process.exit(code), clock: systemClock, source: process });
  });
}
