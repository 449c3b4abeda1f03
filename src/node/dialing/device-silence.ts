import type { Clock } from '../../environment.ts';
import { limits } from '../../limits.ts';
import type { DeviceId } from '../../protocol/device-id.ts';
import { BoundedMap } from '../../util/bounded-map.ts';

/** Tells a device that is silent because it was not asked from one that does not answer. */
export interface DeviceSilence {
  /** True if it was not heard for so long that it is to be asked. */
  ask(id: DeviceId): boolean;
  /** It was heard. True if it left a question unanswered. */
  end(id: DeviceId): boolean;
}

interface Entry {
  readonly heardAt: number | undefined;
  /** The first question since then. */
  readonly askedAt: number | undefined;
}

const { askAfterMs, answerMs } = limits.dial;

/** @param most Devices that are remembered; the one of which nothing came for longest goes first. */
export function createDeviceSilence(clock: Pick<Clock, 'monotonic'>, most: number): DeviceSilence {
  const entries = new BoundedMap<DeviceId, Entry>(most);

  return {
    ask(id) {
      const now = clock.monotonic();
      const { heardAt, askedAt } = entries.get(id) ?? { heardAt: undefined, askedAt: undefined };
      if (heardAt !== undefined && now - heardAt < askAfterMs) return false;
      entries.set(id, { heardAt, askedAt: askedAt ?? now });
      return true;
    },
    end(id) {
      const now = clock.monotonic();
      const askedAt = entries.get(id)?.askedAt;
      entries.set(id, { heardAt: now, askedAt: undefined });
      return askedAt !== undefined && now - askedAt >= answerMs;
    },
  };
}
