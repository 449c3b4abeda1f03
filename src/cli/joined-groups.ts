import type { Group } from '../api/groups.ts';
import type { LanpeerNode } from '../api/node.ts';
import { LanpeerError } from '../errors.ts';

/** The groups that commands have joined; joining one again changes nothing. */
export class JoinedGroups {
  readonly #node: LanpeerNode;
  readonly #groups = new Map<string, Group>();

  constructor(node: LanpeerNode) {
    this.#node = node;
  }

  /** Throws {@link LanpeerError} `ERR_GROUP` or `ERR_GROUP_LIMIT`. */
  join(name: string): void {
    if (!this.#groups.has(name)) this.#groups.set(name, this.#node.join(name));
  }

  /** Throws {@link LanpeerError} `ERR_NOT_MEMBER`; so does {@link get}. */
  leave(name: string): void {
    this.get(name).leave();
    this.#groups.delete(name);
  }

  get(name: string): Group {
    const group = this.#groups.get(name);
    if (group) return group;
    throw new LanpeerError('ERR_NOT_MEMBER', 'This node is not in that group: {"do":"join","group":"…"} comes first.');
  }
}
