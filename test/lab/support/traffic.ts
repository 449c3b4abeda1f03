import { setTimeout as pause } from 'node:timers/promises';
import type { LabNode } from './lab-node.ts';
import { describeStream, type Stream } from './stream.ts';

export interface Traffic {
  /** From now on it sends to all the others and they to it. A device that was there before is a restart. */
  join(node: LabNode): void;
  /** Waits until that many messages of each stream have been delivered. */
  reached(count: number): Promise<void>;
  /** Waits until messages that are accepted from now on are delivered on each stream. */
  progress(): Promise<void>;
  /** Stops sending and waits until what was accepted has a fate. */
  settle(): Promise<readonly Stream[]>;
}

let runs = 0;

/** Resolves with whether the message was accepted; undefined if the sender ended before it could say. */
function send(sender: LabNode, to: string, ref: string, data: object): Promise<boolean | undefined> {
  return new Promise((resolve) => {
    const off = sender.on((event) => {
      if (event.event !== 'response' || event['ref'] !== ref) return;
      off();
      resolve(event['ok'] === true);
    });
    void sender.cli.exited.then(() => resolve(undefined));
    sender.cli.write({ do: 'send', to, type: 'n', data, ref });
  });
}

interface Sending extends Stream {
  readonly sender: LabNode;
}

class MessageTraffic implements Traffic {
  readonly #everyMs: number;
  readonly #members = new Map<string, LabNode>();
  readonly #streams = new Map<string, Sending>();
  readonly #flows: Promise<void>[] = [];
  readonly #watchers = new Set<() => void>();
  readonly #offs: (() => void)[] = [];
  #going = true;

  constructor(everyMs: number) {
    this.#everyMs = everyMs;
  }

  join(node: LabNode): void {
    const others = [...this.#members.values()].filter(({ id }) => id !== node.id);
    this.#watch(node);
    for (const other of others) {
      this.#flows.push(this.#flow(node, other));
      if (!this.#members.has(node.id)) this.#flows.push(this.#flow(other, node));
    }
    this.#members.set(node.id, node);
  }

  reached(count: number): Promise<void> {
    return this.#until(`${count} delivered`, (stream) => stream.delivered >= count);
  }

  progress(): Promise<void> {
    const due = new Map([...this.#streams.values()].map((stream) => [stream as Stream, stream.accepted]));
    return this.#until('going on', (stream) => stream.delivered > (due.get(stream) ?? 0) + 1);
  }

  async settle(): Promise<readonly Stream[]> {
    this.#going = false;
    await Promise.all(this.#flows);
    await this.#until('settled', (stream) => stream.fates.size >= stream.accepted);
    for (const off of this.#offs) off();
    return [...this.#streams.values()];
  }

  #watch(node: LabNode): void {
    const listen = node.on(({ event, from, type, data, ref, fate }) => {
      if (event === 'message' && type === 'n') {
        const { run, n } = data as { readonly run: string; readonly n: number };
        if (String(from) === this.#streams.get(run)?.sender.id) this.#streams.get(run)?.arrived.push(n);
      } else if (event === 'delivered' || event === 'undelivered') {
        const [run = '', n] = String(ref).split('/');
        const stream = this.#streams.get(run);
        stream?.fates.set(Number(n), event === 'delivered' ? event : String(fate));
        if (stream && event === 'delivered') stream.delivered += 1;
      } else return;
      for (const watcher of this.#watchers) watcher();
    });
    this.#offs.push(listen);
  }

  async #flow(sender: LabNode, receiver: LabNode): Promise<void> {
    runs += 1;
    const run = `${sender.name}-${receiver.name}-${runs}`;
    const counts = { accepted: 0, delivered: 0, rejected: 0 };
    const stream = { from: sender.name, to: receiver.name, fates: new Map(), arrived: [], ...counts, sender };
    this.#streams.set(run, stream);
    while (this.#going) {
      const n = stream.accepted;
      const accepted = await send(sender, receiver.id, `${run}/${n}`, { run, n });
      if (accepted === undefined) return;
      if (accepted) stream.accepted += 1;
      else stream.rejected += 1;
      await pause(this.#everyMs);
    }
  }

  /** A process that was ended tells nothing any more. */
  #alive(): Sending[] {
    return [...this.#streams.values()].filter(
      ({ sender }) => sender.cli.child.exitCode === null && sender.cli.child.signalCode === null,
    );
  }

  #until(what: string, holds: (stream: Stream) => boolean): Promise<void> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#watchers.delete(look);
        const late = this.#alive().filter((stream) => !holds(stream));
        reject(new Error(`Not ${what} within a minute: ${late.map(describeStream).join('; ')}`));
      }, 60_000);
      const look = (): void => {
        if (!this.#alive().every(holds)) return;
        clearTimeout(timer);
        this.#watchers.delete(look);
        resolve();
      };
      this.#watchers.add(look);
      look();
    });
  }
}

/** Messages in all directions, one after the other; a new one `everyMs` after the last was accepted. */
export function startTraffic(nodes: readonly LabNode[], everyMs = 25): Traffic {
  const traffic = new MessageTraffic(everyMs);
  for (const node of nodes) traffic.join(node);
  return traffic;
}
