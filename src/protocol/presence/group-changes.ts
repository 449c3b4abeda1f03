import { isUtf8 } from 'node:buffer';
import { LanpeerError } from '../../errors.ts';
import { limits } from '../../limits.ts';
import { writeFeatureHead } from '../frames.ts';
import type { RecordBuffer } from '../record-buffer.ts';
import { varintBytes } from '../varint.ts';
import { isGroupName } from './group-name.ts';

/** A group that a peer joins or leaves. */
export interface GroupChange {
  readonly group: string;
  readonly joins: boolean;
}

/** Some changes of the groups of a peer, as one frame has them. */
export interface GroupChanges {
  /** What it said before is void: it is in the groups that it joins from here on. */
  readonly anew: boolean;
  /** The change goes on in the next of these frames; until the last one its groups stay what they were. */
  readonly goesOn: boolean;
  readonly changes: readonly GroupChange[];
}

const flags = { anew: 1, goesOn: 2 } as const;
/** Before each name: its bytes, and this for a group that is left. */
const leaves = 0x80;
/** In the worst case a node leaves all its groups and joins as many others. */
const most = 2 * limits.presence.groups;

/** Most bytes of the code and the length of a frame, and of its flags. */
const headBytes = 1 + varintBytes(most * (1 + limits.presence.groupNameBytes)) + 1;

/** The least room in which a frame of changes begins: it always has one of them. */
export const leastRoom = headBytes + 1 + limits.presence.groupNameBytes;

/** Writes as many changes as fit, one at least where there is {@link leastRoom}, and gives back how many. */
export function writeGroupChanges(into: RecordBuffer, changes: readonly GroupChange[], anew: boolean): number {
  const names: Uint8Array[] = [];
  let bytes = 1;
  for (const { group } of changes) {
    const name = Buffer.from(group);
    if (headBytes + bytes + name.byteLength > into.room) break;
    names.push(name);
    bytes += 1 + name.byteLength;
  }
  writeFeatureHead(into, 'groups', bytes);
  into.byte((anew ? flags.anew : 0) | (names.length < changes.length ? flags.goesOn : 0));
  for (const [at, name] of names.entries()) {
    into.byte(name.byteLength | (changes[at]?.joins ? 0 : leaves));
    into.bytes(name);
  }
  return names.length;
}

/** The changes in a frame. Throws {@link LanpeerError} `ERR_PROTOCOL`, nothing else. */
export function readGroupChanges(payload: Uint8Array): GroupChanges {
  const bytes = Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength);
  const flagged = bytes[0] ?? refuse('they are cut off');
  const changes: GroupChange[] = [];
  let at = 1;
  while (at < bytes.byteLength) {
    if (changes.length === most) refuse(`a frame has more than ${most} of them`);
    const head = bytes[at] ?? 0;
    const end = at + 1 + (head & ~leaves);
    if (end > bytes.byteLength) refuse('they are cut off');
    const name = bytes.subarray(at + 1, end);
    const group = isUtf8(name) ? name.toString() : refuse('a name is not UTF-8');
    if (!isGroupName(group)) refuse('a name cannot be one');
    changes.push({ group, joins: (head & leaves) === 0 });
    at = end;
  }
  return { anew: (flagged & flags.anew) !== 0, goesOn: (flagged & flags.goesOn) !== 0, changes };
}

export function refuse(what: string): never {
  throw new LanpeerError('ERR_PROTOCOL', `The groups of a peer are not ours: ${what}.`);
}
