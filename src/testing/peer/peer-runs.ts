import type { IdentityStore } from '../../adapters/identity/port.ts';
import type { LanpeerNode } from '../../api/node.ts';
import type { NodeOptions } from '../../api/options.ts';
import { protocolVersion } from '../../protocol/greeting.ts';
import type { Incarnation } from '../../protocol/incarnation.ts';
import { networkTag, parseNetworkKey } from '../../protocol/network-key.ts';
import type { MemoryNetwork } from '../memory-network.ts';
import { createHostClock, type HostClock } from '../simulation/host-clock.ts';
import type { VirtualClock } from '../virtual-clock.ts';

interface Run {
  readonly node: LanpeerNode;
  readonly clock: HostClock;
}

export interface PeerRunOptions extends Pick<NodeOptions, 'discovery' | 'transports'> {
  /** A copy of the state directory as it was at the first start. */
  readonly older?: boolean;
  /** Its allow-list lacks the node under test. */
  readonly refuses?: boolean;
}

export interface PeerRunsDeps {
  readonly network: MemoryNetwork;
  readonly clock: VirtualClock;
  readonly networkKey: string;
  readonly id: string;
  readonly address: string;
  /** Called for each run before it starts. */
  readonly attachPeer: (node: LanpeerNode) => unknown;
}

/** Start counter of the first run of either node. */
export const firstCounter = 100;
export const incarnationOf = (counter: number): Incarnation => ({
  counter,
  random: counter.toString(16).padStart(16, '0'),
});

export function identityOf(id: string, incarnation: Incarnation): IdentityStore {
  const identity = { id, incarnation, privateKeyPem: '', certificatePem: '', release: () => Promise.resolve() };
  return { open: () => Promise.resolve(identity) };
}

/** The runs of the peer, one after another. */
export class PeerRuns {
  readonly #deps: PeerRunsDeps;
  #run: Run | undefined;
  #count = 0;
  #incarnation = incarnationOf(firstCounter);

  constructor(deps: PeerRunsDeps) {
    this.#deps = deps;
  }

  /** Undefined before the first start and after a {@link kill}. */
  get running(): LanpeerNode | undefined {
    return this.#run?.node;
  }

  /** The same; throws where there is none. */
  get node(): LanpeerNode {
    return this.#current.node;
  }

  /** Of the last run. */
  get incarnation(): Incarnation {
    return this.#incarnation;
  }

  async start({ older = false, refuses = false, ...options }: PeerRunOptions = {}): Promise<void> {
    const { network, clock, networkKey, id, address, attachPeer } = this.#deps;
    this.#count += 1;
    const clockOfHost = createHostClock(clock, () => 0);
    // An old copy counts on from where it was, with random numbers of its own.
    this.#incarnation = older
      ? { ...incarnationOf(firstCounter), random: 'f'.repeat(16) }
      : incarnationOf(firstCounter + this.#count);
    const node = network.createNode({
      name: 'there',
      access: refuses ? { networkKey, allow: [id] } : { networkKey },
      address,
      identity: identityOf(id, this.#incarnation),
      clock: clockOfHost,
      ...options,
    });
    this.#run = { node, clock: clockOfHost };
    attachPeer(node);
    await node.start();
  }

  /** Its process or its whole host is gone without notice. */
  kill(by: 'process' | 'power'): void {
    const killed = this.#current;
    this.#deps.network.kill(killed.node, by);
    killed.clock.stop();
    this.#run = undefined;
  }

  /** mDNS says, as if sent by the run that is there, that it has that address as well. */
  announceAddress(other: string): void {
    const { network, networkKey, id, address } = this.#deps;
    const { port } = this.node;
    const tag = networkTag(parseNetworkKey(networkKey));
    const txt = { version: protocolVersion, id, incarnation: this.#incarnation, name: 'there', networkTag: tag };
    network.forge({ kind: 'announced', txt, port, addresses: [address, other] }, address);
  }

  get #current(): Run {
    if (!this.#run) throw new Error('the peer does not run');
    return this.#run;
  }
}
