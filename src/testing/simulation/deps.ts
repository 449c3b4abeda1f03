import type { MemoryNetwork } from '../memory-network.ts';
import type { VirtualClock } from '../virtual-clock.ts';
import type { Hosts, Run } from './hosts.ts';
import type { Letters } from './letters.ts';
import type { Seeded } from './seeded.ts';
import type { Sky } from './sky.ts';

/** What faults act on. */
export interface World {
  readonly clock: VirtualClock;
  readonly chance: Seeded;
  readonly network: MemoryNetwork;
  readonly sky: Sky;
  readonly hosts: Hosts;
  readonly letters: Letters;
  /** Links between the two broke: all of them, or those over WebRTC while signalling goes on. */
  broke(one: Run, other: Run, what: 'all' | 'webrtc'): void;
  note(what: string): void;
  /** Does that so much later, unless everything has been put right before. */
  later(ms: number, what: () => void): void;
}
