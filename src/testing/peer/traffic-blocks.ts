import type { NetworkConditions, Traffic } from '../memory-network.ts';

/** A network on which nothing is late or lost, and which blocks some kinds of traffic between some addresses. */
export class TrafficBlocks implements NetworkConditions {
  readonly #blocked = new Set<string>();

  block(kinds: readonly Traffic[], from: string, to: string): void {
    for (const kind of kinds) this.#blocked.add(`${kind} ${from} ${to}`);
  }

  clear(): void {
    this.#blocked.clear();
  }

  passes(kind: Traffic, from: string, to: string): boolean {
    return !this.#blocked.has(`${kind} ${from} ${to}`);
  }

  lateMs(): number {
    return 0;
  }

  copies(): readonly number[] {
    return [0];
  }
}
