import type { ParseArgsConfig } from 'node:util';
import { isGroupName } from '../../protocol/presence/group-name.ts';
import { groupOf } from '../chat/room-name.ts';
import { parseWords, usageOf } from './common.ts';
import { type CommandArguments, commandOptions, parseCommandNode } from './node.ts';

/** What `lanpeer chat` was asked to do. */
export interface ChatArguments extends CommandArguments {
  /** Empty: the one that everybody is in who names none. */
  readonly room: string;
}

/** Throws `ERR_USAGE`. */
export function parseChat(args: readonly string[], environment: NodeJS.ProcessEnv): ChatArguments {
  const { values, positionals } = parseWords(args, commandOptions satisfies ParseArgsConfig['options'], true);
  const [room = '', ...more] = positionals;
  if (more.length > 0) throw usageOf('One room is talked in at a time.');
  if (!isGroupName(groupOf(room)))
    throw usageOf('The name of a room has at most 50 bytes, without control characters and invisible marks.');
  return { ...parseCommandNode(values, environment), room };
}
