import type { MessageTypes } from '../../api/messages.ts';
import type { LanpeerNode } from '../../api/node.ts';
import type { NodeAdapters } from '../adapters.ts';
import type { GuardedConfig } from '../options/callbacks.ts';
import { createFacade } from './facade.ts';
import { Runtime } from './runtime.ts';

/** A node of these adapters, real or in memory. */
export function assembleNode<Messages extends MessageTypes<Messages>>(
  config: GuardedConfig,
  adapters: NodeAdapters,
): LanpeerNode<Messages> {
  // The message map is a promise of the program's to itself: at run time every type is a string.
  return createFacade(new Runtime(config, adapters), config, adapters) as unknown as LanpeerNode<Messages>;
}
