import { LanpeerError } from '../errors.ts';
import type { Frame } from './frame-types.ts';

/** Byte streams go to a side that announces it. */
export const streamsFeature = 'streams';

/** What this version announces in its greeting. docs/protocol.md has the names that are reserved. */
export const ownFeatures: readonly string[] = [streamsFeature, 'groups', 'properties'];

export type FrameKind = Frame['kind'];

/** The feature that frames of a kind belong to; those of kinds that are not here are part of the version itself. */
export type FrameFeatures = Readonly<Partial<Record<FrameKind, string>>>;

const featuresOfFrames: FrameFeatures = {
  open: streamsFeature,
  data: streamsFeature,
  credit: streamsFeature,
  reset: streamsFeature,
  stop: streamsFeature,
  done: streamsFeature,
  groups: 'groups',
  properties: 'properties',
};

/** Which frames go over the links of two sides, by the features that both have announced. */
export interface FrameRules {
  /** What the other side announced. */
  readonly remote: readonly string[];
  /** False for a frame of a feature that the other side did not announce. */
  maySend(kind: FrameKind): boolean;
  /** Throws {@link LanpeerError} `ERR_PROTOCOL` for a frame of a feature that this side did not announce. */
  check(kind: FrameKind): void;
}

export interface FrameRulesOptions {
  readonly remote: readonly string[];
  readonly own?: readonly string[];
  readonly frames?: FrameFeatures;
}

export function createFrameRules({
  remote,
  own = ownFeatures,
  frames = featuresOfFrames,
}: FrameRulesOptions): FrameRules {
  const isIn = (features: readonly string[], kind: FrameKind): boolean => {
    const feature = frames[kind];
    return feature === undefined || features.includes(feature);
  };
  return {
    remote,
    maySend: (kind) => isIn(remote, kind),
    check(kind) {
      if (!isIn(own, kind))
        throw new LanpeerError('ERR_PROTOCOL', `The other end sends ${kind}, which this node did not announce.`);
    },
  };
}

/** True for the same features, in whatever order. */
export const areSameFeatures = (one: readonly string[], other: readonly string[]): boolean =>
  [...new Set(one)].sort().join() === [...new Set(other)].sort().join();
