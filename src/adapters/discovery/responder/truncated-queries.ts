import type { Clock, Random } from '../../../environment.ts';
import { limits } from '../../../limits.ts';
import type { DnsRecord } from '../dns/record.ts';
import type { Answers } from './answers.ts';
import type { OwnRecord } from './records.ts';

/** What one asker wants: by multicast, and by unicast to itself. */
export interface Wanted {
  readonly group: ReadonlySet<OwnRecord>;
  readonly asker: ReadonlySet<OwnRecord>;
}

/** Multipacket known-answer suppression: queries with more known answers than one packet takes (RFC 6762 section 7.2). */
export interface TruncatedQueries {
  /** Answers later, without what the asker turns out to know. False if too many wait: answer at once. */
  defer(source: string, wanted: Wanted, answer: (wanted: Wanted) => void): boolean;
  /** More known answers from there; `more` if they are not the last. */
  addKnown(source: string, known: readonly DnsRecord[], more: boolean): void;
  stop(): void;
}

interface DeferredQuery {
  wanted: Wanted;
  readonly answer: (wanted: Wanted) => void;
  readonly until: number;
  timer: unknown;
}

const { truncatedWaitMs, truncatedMostMs, truncatedSources } = limits.discovery;

export function createTruncatedQueries(clock: Clock, random: Random, answers: Answers): TruncatedQueries {
  const held = new Map<string, DeferredQuery>();

  function wait(source: string, one: DeferredQuery): void {
    clock.clearTimeout(one.timer);
    const [least, most] = truncatedWaitMs;
    const ms = Math.min(least + random() * (most - least), one.until - clock.monotonic());
    one.timer = clock.setTimeout(
      () => {
        held.delete(source);
        one.answer(one.wanted);
      },
      Math.max(0, ms),
    );
  }

  return {
    defer(source, wanted, answer) {
      const before = held.get(source);
      if (!before && held.size >= truncatedSources) return false;
      const merged = {
        group: new Set([...(before?.wanted.group ?? []), ...wanted.group]),
        asker: new Set([...(before?.wanted.asker ?? []), ...wanted.asker]),
      };
      const one = before ?? { wanted, answer, until: clock.monotonic() + truncatedMostMs, timer: undefined };
      one.wanted = merged;
      held.set(source, one);
      wait(source, one);
      return true;
    },
    addKnown(source, known, more) {
      const one = held.get(source);
      if (!one) return;
      const { group, asker } = one.wanted;
      one.wanted = { group: answers.withoutKnown(group, known), asker: answers.withoutKnown(asker, known) };
      if (more) wait(source, one);
    },
    stop() {
      for (const { timer } of held.values()) clock.clearTimeout(timer);
      held.clear();
    },
  };
}
