import type { MessageTypes } from '../../api/messages.ts';
import type { LanpeerNode } from '../../api/node.ts';
import type { PropertyMap } from '../../api/peers.ts';
import type { NodeAdapters } from '../adapters.ts';
import type { GuardedConfig } from '../options/callbacks.ts';
import { createFacade } from './facade.ts';
import { Runtime } from './runtime.ts';

/** A node of these adapters, real or in memory. */
export function assembleNode<
  Messages extends MessageTypes<Messages>,
  Properties extends object = PropertyMap,
  Received extends MessageTypes<Messages> = Messages,
>(config: GuardedConfig, adapters: NodeAdapters): LanpeerNode<Messages, Properties, Received> {
  // These maps are promises of the program's to itself: at run time every type is a string.
  const node: unknown = createFacade(new Runtime(config, adapters), config, adapters);
  return node as LanpeerNode<Messages, Properties, Received>;
}
