import type { Group } from '../../api/groups.ts';
import { errorCodes, LanpeerError } from '../../errors.ts';
import { isGroupName } from '../../protocol/presence/group-name.ts';
import { describe } from '../../validation/describe.ts';
import type { OwnPresenceStore } from '../presence/own-presence.ts';
import { type GroupDeps, JoinedGroup } from './group.ts';

export interface JoinDeps extends Omit<GroupDeps, 'left'> {
  readonly ownPresence: OwnPresenceStore;
}

/** Throws {@link LanpeerError} `ERR_GROUP` or `ERR_GROUP_LIMIT`. */
export function joinGroup(name: unknown, { ownPresence, ...deps }: JoinDeps): Group {
  if (!isGroupName(name))
    throw new LanpeerError('ERR_GROUP', `${describe(name)} cannot be one. ${errorCodes.ERR_GROUP}`);
  ownPresence.join(name);
  return new JoinedGroup(name, { ...deps, left: () => ownPresence.leave(name) });
}
