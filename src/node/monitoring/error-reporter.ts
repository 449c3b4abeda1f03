import type { Logger } from '../../environment.ts';
import { asLanpeerError, LanpeerError } from '../../errors.ts';
import { describeThrown } from '../../util/thrown.ts';
import type { NodeCounters } from './node-counters.ts';

/**
 * A callback of the program threw that, or a promise that it gave back rejected with it. `callback` names it as the
 * beginning of a sentence, and `did` says what it did, if that is not "threw".
 */
export type CallbackThrew = (callback: string, thrown: unknown, did?: string) => void;

/** Where faults go that end nothing. */
export interface ErrorReporter {
  /** `about`: faults of one code that are about different things are of different kinds. */
  report(error: LanpeerError, about?: string): void;
  /** A device was refused, which any unauthenticated one can cause: it is told, and not printed. */
  refused(error: LanpeerError): void;
  /** As `ERR_HANDLER`. */
  readonly callbackThrew: CallbackThrew;
  /** The same of a subscriber of `errors$`, which is not told of it: it would go round for ever. */
  errorSubscriberThrew(thrown: unknown): void;
  /** As `ERR_INTERNAL`, unless it has a code. */
  internal(thrown: unknown): void;
}

export interface ErrorReporterDeps {
  readonly counters: Pick<NodeCounters, 'handlerErrors'>;
  readonly logger: Logger;
  /** Tells subscribers of `errors$`. */
  readonly tell: (error: LanpeerError) => void;
  /** True if a subscriber or a logger hears of a fault that is about that. */
  readonly listened: (about: string) => boolean;
  /** Prints it, unless one of its kind was printed before. */
  readonly print: (error: LanpeerError, kind: string) => void;
}

/** What a callback did, as an error. */
export const callbackError = (callback: string, thrown: unknown, did = 'threw'): LanpeerError =>
  new LanpeerError('ERR_HANDLER', `${callback} ${did}: ${describeThrown(thrown)}`, { cause: thrown });

export function createErrorReporter({ counters, logger, tell, listened, print }: ErrorReporterDeps): ErrorReporter {
  function note(error: LanpeerError): void {
    const { code, message } = error;
    if (code === 'ERR_HANDLER') counters.handlerErrors += 1;
    logger.warn({ code }, message);
    tell(error);
  }

  function report(error: LanpeerError, about = ''): void {
    // Before it is told: a listener that subscribes because of it did not hear of it.
    const heard = listened(about);
    note(error);
    if (!heard) print(error, `${error.code} ${about}`);
  }

  return {
    report,
    refused: note,
    callbackThrew: (callback, thrown, did) => report(callbackError(callback, thrown, did), callback),
    errorSubscriberThrew(thrown) {
      const callback = 'A subscriber of errors$';
      const error = callbackError(callback, thrown);
      logger.warn({ code: error.code }, error.message);
      print(error, `${error.code} ${callback}`);
    },
    internal: (thrown) => report(asLanpeerError(thrown, 'ERR_INTERNAL')),
  };
}
