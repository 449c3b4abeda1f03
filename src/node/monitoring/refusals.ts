import type { Refusal } from '../../adapters/signalling/port.ts';
import type { Clock, Logger } from '../../environment.ts';
import { errorCodes, LanpeerError } from '../../errors.ts';
import { limits } from '../../limits.ts';
import { BoundedMap } from '../../util/bounded-map.ts';
import { countRefusal, type NodeCounters } from './node-counters.ts';
import type { Trace } from './trace.ts';

/** Text from outside, fit for a log line: escaped and cut. */
export function forLog(text: string): string {
  return JSON.stringify(text).slice(1, -1).slice(0, limits.logStringChars);
}

/** What was done, as the beginning of a sentence that goes on with the device, and for the log. */
export interface RefusalText {
  readonly summary: string;
  readonly logged: string;
}

export type Refuse = (refusal: Refusal, deed?: RefusalText) => void;

const refusedSession: RefusalText = { summary: 'Refused a session with', logged: 'refused a signalling session' };
export const endedSession: RefusalText = { summary: 'Ended a session with', logged: 'ended a signalling session' };

export const droppedAnswer: RefusalText = {
  summary: 'Dropped an answer without an open request of',
  logged: 'dropped an answer',
};

/** True where something of that key is due to be told: at most once a minute (`limits.authBackoff`). */
export function createReportLimit(clock: Clock): (key: string) => boolean {
  const told = new BoundedMap<string, number>(limits.authBackoff.entries);
  return (key) => {
    const now = clock.monotonic();
    const last = told.get(key);
    if (last !== undefined && now - last < limits.authBackoff.logEveryMs) return false;
    told.set(key, now);
    return true;
  };
}

/** Counts every refusal, and reports each (address, code) at most once a minute. */
export function createRefusals(
  counters: NodeCounters,
  clock: Clock,
  logger: Logger,
  report: (error: LanpeerError) => void,
  trace: Trace,
): Refuse {
  const isDue = createReportLimit(clock);
  return ({ code, address, id }, deed = refusedSession) => {
    countRefusal(counters, code);
    trace.tell(() => ({ step: 'refused', peer: id ?? null, address, code }));
    if (!isDue(`${address} ${code}`)) return;
    const where = forLog(address) || 'an address that is not known';
    const who = id ? `${id} at ${where}` : where;
    logger.warn({ code, address: forLog(address), id }, deed.logged);
    report(new LanpeerError(code, `${deed.summary} ${who}: ${errorCodes[code]}`));
  };
}
