import type { LanpeerNode, MessageTypes } from '../api.ts';
import type { NodeParts } from './adapters.ts';
import { createFacade } from './facade.ts';
import type { GuardedConfig } from './options/callbacks.ts';
import { createRuntime } from './runtime.ts';

/** A node of these adapters, real or in memory. */
export function assembleNode<Messages extends MessageTypes<Messages>>(
  config: GuardedConfig,
  parts: NodeParts,
): LanpeerNode<Messages> {
  // The message map is a promise of the program's to itself: at run time every type is a string.
  return createFacade(createRuntime(config, parts), config, parts) as unknown as LanpeerNode<Messages>;
}
