import type { Notice, NoticeCode, NoticeEvent } from '../../api/notices.ts';
import type { Clock } from '../../environment.ts';
import { limits } from '../../limits.ts';
import { createTokenBucket, type TokenBucket } from '../../util/token-bucket.ts';

/** What stands now. */
export type NoticeBody = Pick<Notice, 'code' | 'message'>;

/** Tells what stands, what changed and what is over. */
export interface Notices {
  /** All that stands now, one of a code. To be called again and again: what could not be told yet is told then. */
  update(bodies: readonly NoticeBody[]): void;
  /** The run ends: nothing stands any more, and nothing is told of that. */
  clear(): void;
}

export interface NoticesDeps {
  readonly clock: Pick<Clock, 'now' | 'monotonic'>;
  /** At every change of what stands. */
  readonly stand: (standing: ReadonlyMap<NoticeCode, Notice>) => void;
  /** In bounds for each code: see {@link createNotices}. */
  readonly tell: (event: NoticeEvent) => void;
}

const { burst, tellEveryMs } = limits.notices;

/**
 * What is told of a code is bounded by a bucket of its own, whatever alternates: after a few events one a minute, which
 * tells how it is then. So the last thing that was told is always true within a minute.
 */
export function createNotices({ clock, stand, tell }: NoticesDeps): Notices {
  let standing: ReadonlyMap<NoticeCode, Notice> = new Map();
  const told = new Map<NoticeCode, Notice>();
  const buckets = new Map<NoticeCode, TokenBucket>();

  function take(code: NoticeCode): boolean {
    const bucket = buckets.get(code) ?? createTokenBucket({ perSecond: 1_000 / tellEveryMs, burst }, clock);
    buckets.set(code, bucket);
    return bucket.tryTake();
  }

  function settle(code: NoticeCode): void {
    const last = told.get(code);
    const notice = standing.get(code);
    if (last?.message === notice?.message || !take(code)) return;
    const at = clock.now();
    if (notice) {
      told.set(code, notice);
      tell({ change: last ? 'changed' : 'begun', notice, at });
    } else if (last) {
      told.delete(code);
      tell({ change: 'ended', notice: last, at });
    }
  }

  return {
    update(bodies) {
      const next = new Map(
        bodies.map(({ code, message }): [NoticeCode, Notice] => {
          const known = standing.get(code);
          if (known?.message === message) return [code, known];
          return [code, { code, message, since: known?.since ?? clock.now() }];
        }),
      );
      const changed = next.size !== standing.size || [...next].some(([code, one]) => standing.get(code) !== one);
      if (changed) {
        standing = next;
        stand(next);
      }
      for (const code of new Set([...told.keys(), ...standing.keys()])) settle(code);
    },
    clear() {
      told.clear();
      if (standing.size === 0) return;
      standing = new Map();
      stand(standing);
    },
  };
}
