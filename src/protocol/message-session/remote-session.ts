import { LanpeerError } from '../../errors.ts';
import { limits } from '../../limits.ts';
import { areSameFeatures } from '../features.ts';
import type { Hello } from '../frame-types.ts';

/** How large a message may be. */
export interface MessageSize {
  readonly bytes: number;
  /** Values in its data. */
  readonly items: number;
}

/** `first`: there was none before. `other`: the other side has begun anew, and knows nothing of the one before. */
export type RemoteChange = 'first' | 'same' | 'other';

const between = (least: number, value: number, most: number): number => Math.max(least, Math.min(value, most));

/** The session at the other side, as its last hello and greeting say. */
export class RemoteSession {
  #id: string | undefined;
  /** What the other side can do, fixed for its session. */
  #features: readonly string[] = [];
  #takes: MessageSize;

  /** @param takes The largest message that it takes, until its first hello. */
  constructor(takes: MessageSize) {
    this.#takes = takes;
  }

  /** Largest message that the other side takes, as far as is known. */
  get takes(): MessageSize {
    return this.#takes;
  }

  /** Throws {@link LanpeerError} `ERR_PROTOCOL` where it has announced other features before; nothing has changed then. */
  update({ session, maxMessageBytes, maxMessageItems }: Hello, features: readonly string[]): RemoteChange {
    const before = this.#id;
    if (before === session && !areSameFeatures(this.#features, features))
      throw new LanpeerError('ERR_PROTOCOL', 'The other end has other features than before in this session.');
    this.#features = features;
    this.#id = session;
    const { largeBytes, mostBytes, items, leastItems, mostItems } = limits.messages;
    // What no program can have chosen is taken for the nearest that one can.
    this.#takes = {
      bytes: between(largeBytes, maxMessageBytes, mostBytes),
      items: between(leastItems, maxMessageItems ?? items, mostItems),
    };
    if (before === undefined) return 'first';
    return before === session ? 'same' : 'other';
  }
}
