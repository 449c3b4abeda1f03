import type { NodeEvent } from '../../machines/node/events.ts';
import type { Connections } from '../connections/connections.ts';
import type { Delivery } from '../delivery/delivery.ts';
import type { NodeConfig } from '../options/options.ts';

export interface PlaceChoiceDeps {
  readonly connections: Pick<Connections, 'has' | 'size'>;
  readonly delivery: Pick<Delivery, 'unsettled'>;
  readonly config: Pick<NodeConfig, 'maxPeers' | 'random'>;
}

/** Adds what a decision about places needs, where places are scarce: the machine itself has no clock and no chance. */
export function createPlaceChoice({ connections, delivery, config }: PlaceChoiceDeps): (event: NodeEvent) => NodeEvent {
  const { maxPeers, random } = config;
  return (event) => {
    if (event.type !== 'device' && event.type !== 'signalling.opened' && event.type !== 'connect') return event;
    if (connections.has(event.id) || connections.size < Math.floor(maxPeers / 2)) return event;
    const chance = random();
    if (event.type === 'device') return { ...event, chance };
    return { ...event, chance, unsettled: delivery.unsettled() };
  };
}
