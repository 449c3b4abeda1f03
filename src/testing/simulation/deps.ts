import type { MemoryNetwork } from '../memory-network.ts';
import type { VirtualClock } from '../virtual-clock.ts';
import type { Hosts, Run } from './hosts.ts';
import type { MessageChecker } from './message-checker.ts';
import type { SimulatedConditions } from './network-conditions.ts';
import type { PresenceChecker } from './presence-checker.ts';
import type { SeededRandom } from './seeded-random.ts';
import type { StreamChecker } from './stream-checker.ts';

/** What the actions of a simulation act on. */
export interface SimulationDeps {
  readonly clock: VirtualClock;
  readonly random: SeededRandom;
  readonly network: MemoryNetwork;
  readonly conditions: SimulatedConditions;
  readonly hosts: Hosts;
  readonly messages: MessageChecker;
  readonly streams: StreamChecker;
  readonly presence: PresenceChecker;
  /** Links between the two broke: all of them, or those over WebRTC while signalling goes on. */
  linksBroke(one: Run, other: Run, what: 'all' | 'webrtc'): void;
  log(what: string): void;
  /** Does that so much later, or when all faults end. */
  later(ms: number, task: () => void): void;
}
