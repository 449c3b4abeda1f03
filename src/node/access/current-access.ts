import { type AccessPolicy, networkTagsOf } from '../../protocol/access.ts';

/** Which devices may be peers now. */
export interface CurrentAccess {
  readonly policy: AccessPolicy;
  /** Tags of the network keys; the first is announced. None for a node without a key. */
  readonly tags: readonly string[];
  set(policy: AccessPolicy): void;
}

export function createCurrentAccess(first: AccessPolicy): CurrentAccess {
  let policy = first;
  let tags = networkTagsOf(first);
  return {
    get policy() {
      return policy;
    },
    get tags() {
      return tags;
    },
    set(next) {
      policy = next;
      tags = networkTagsOf(next);
    },
  };
}
