import { type AccessPolicy, networkTagsOf } from '../../protocol/access.ts';

/** Which devices may be peers now. */
export interface CurrentAccess {
  /** What the program asked for, without those that the node trusts. */
  readonly asked: AccessPolicy;
  readonly policy: AccessPolicy;
  /** Tags of the network keys; the first is announced. None for a node without a key. */
  readonly tags: readonly string[];
  set(asked: AccessPolicy): void;
}

/** @param complete Adds what the node itself knows to what the program asked for. */
export function createCurrentAccess(
  first: AccessPolicy,
  complete: (asked: AccessPolicy) => AccessPolicy = (asked) => asked,
): CurrentAccess {
  let asked = first;
  let policy = complete(first);
  let tags = networkTagsOf(first);
  return {
    get asked() {
      return asked;
    },
    get policy() {
      return policy;
    },
    get tags() {
      return tags;
    },
    set(next) {
      asked = next;
      policy = complete(next);
      tags = networkTagsOf(policy);
    },
  };
}
