import type { NodeEvent } from '../../src/machines/node/events.ts';
import { incarnations } from '../../src/testing/model/connection-samples.ts';
import type { NodeRig } from './node-rig.ts';

const { first, newer } = incarnations;

export const device = (
  id: string,
  some: { incarnation?: typeof first | typeof newer; fresh?: boolean } = {},
): NodeEvent => ({
  type: 'device',
  id,
  incarnation: first,
  fresh: true,
  ...some,
});
export const session = (id: string, key = `${id}1`): NodeEvent => ({
  type: 'signalling.opened',
  id,
  key,
  opener: 'remote',
  incarnation: first,
  remoteGeneration: 0,
  localGeneration: 0,
});

export function giveUp(rig: NodeRig, id: string): void {
  rig.tell(id, { type: 'dial.failed', refused: false, denied: false, code: 'ERR_TIMEOUT' });
}

export const bye = (rig: NodeRig, id: string, reason: 'disconnect' | 'stopping'): void =>
  rig.tell(id, { type: 'remote.bye', reason, incarnation: first });
