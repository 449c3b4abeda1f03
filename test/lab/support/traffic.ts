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

/** Messages in all directions, one after the other; a new one `everyMs` after the last was accepted. */
export function startTraffic(nodes: readonly LabNode[], everyMs = 25): Traffic {
  const members = new Map<string, LabNode>();
  const streams = new Map<string, Stream & { readonly sender: LabNode }>();
  const flows: Promise<void>[] = [];
  const watchers = new Set<() => void>();
  const offs: (() => void)[] = [];
  let going = true;

  function watch(node: LabNode): void {
    const listen = node.on(({ event, from, type, data, ref, fate }) => {
      if (event === 'message' && type === 'n') {
        const { run, n } = data as { readonly run: string; readonly n: number };
        if (String(from) === streams.get(run)?.sender.id) streams.get(run)?.arrived.push(n);
      } else if (event === 'delivered' || event === 'undelivered') {
        const [run = '', n] = String(ref).split('/');
        const stream = streams.get(run);
        stream?.fates.set(Number(n), event === 'delivered' ? event : String(fate));
        if (stream && event === 'delivered') stream.delivered += 1;
      } else return;
      for (const watcher of watchers) watcher();
    });
    offs.push(listen);
  }

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

  async function flow(sender: LabNode, receiver: LabNode): Promise<void> {
    runs += 1;
    const run = `${sender.name}-${receiver.name}-${runs}`;
    const counts = { accepted: 0, delivered: 0, rejected: 0 };
    const stream = { from: sender.name, to: receiver.name, fates: new Map(), arrived: [], ...counts, sender };
    streams.set(run, stream);
    while (going) {
      const n = stream.accepted;
      const accepted = await send(sender, receiver.id, `${run}/${n}`, { run, n });
      if (accepted === undefined) return;
      if (accepted) stream.accepted += 1;
      else stream.rejected += 1;
      await pause(everyMs);
    }
  }

  function join(node: LabNode): void {
    const others = [...members.values()].filter(({ id }) => id !== node.id);
    watch(node);
    for (const other of others) {
      flows.push(flow(node, other));
      if (!members.has(node.id)) flows.push(flow(other, node));
    }
    members.set(node.id, node);
  }

  /** A process that was ended tells nothing any more. */
  const alive = () =>
    [...streams.values()].filter(
      ({ sender }) => sender.cli.child.exitCode === null && sender.cli.child.signalCode === null,
    );

  function until(what: string, holds: (stream: Stream) => boolean): Promise<void> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        watchers.delete(look);
        const late = alive().filter((stream) => !holds(stream));
        reject(new Error(`Not ${what} within a minute: ${late.map(describeStream).join('; ')}`));
      }, 60_000);
      const look = (): void => {
        if (!alive().every(holds)) return;
        clearTimeout(timer);
        watchers.delete(look);
        resolve();
      };
      watchers.add(look);
      look();
    });
  }

  for (const node of nodes) join(node);
  return {
    join,
    reached: (count) => until(`${count} delivered`, (stream) => stream.delivered >= count),
    progress() {
      const due = new Map([...streams.values()].map((stream) => [stream as Stream, stream.accepted]));
      return until('going on', (stream) => stream.delivered > (due.get(stream) ?? 0) + 1);
    },
    async settle() {
      going = false;
      await Promise.all(flows);
      await until('settled', (stream) => stream.fates.size >= stream.accepted);
      for (const off of offs) off();
      return [...streams.values()];
    },
  };
}
