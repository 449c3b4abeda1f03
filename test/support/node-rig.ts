import { createActor, fromCallback, fromPromise, type InspectionEvent } from 'xstate';
import type { LanpeerErrorCode } from '../../src/errors.ts';
import type { ConnectionEvent } from '../../src/machines/connection/events.ts';
import { connectionMachine } from '../../src/machines/connection/machine.ts';
import type { ConnectionPolicy } from '../../src/machines/connection/policy/connection-policy.ts';
import { defaultConnectionPolicy } from '../../src/machines/connection/policy/connection-policy.ts';
import type { ConnectionState } from '../../src/machines/connection/reasons.ts';
import type { CopyAddress } from '../../src/machines/node/context.ts';
import type { NodeEvent } from '../../src/machines/node/events.ts';
import { nodeMachine } from '../../src/machines/node/machine.ts';
import { connectionsOf } from '../../src/machines/node/setup.ts';
import { pathOf } from '../../src/testing/model/connection-rig.ts';
import { createVirtualClock } from '../../src/testing/virtual-clock.ts';

export type Task = 'open' | 'flush' | 'close' | 'findCopy';

export type NodeEffect =
  | { readonly effect: 'refuse'; readonly id: string; readonly code: LanpeerErrorCode }
  | { readonly effect: 'end'; readonly key: string; readonly reason: string }
  | { readonly effect: 'defect'; readonly id: string; readonly error: unknown };

export interface NodeRigOptions {
  readonly maxPeers?: number;
  readonly remembered?: number;
  /** Default: one failed attempt is enough to give up. */
  readonly policy?: Partial<ConnectionPolicy>;
  /** Discovery throws as it starts. */
  readonly breakDiscovery?: boolean;
  readonly inspect?: (event: InspectionEvent) => void;
  /** Called at every report of a connection; what it throws is the connection's own error. */
  readonly onReport?: (id: string, state: ConnectionState) => void;
}

interface Deferred {
  resolve(output?: unknown): void;
  reject(error: unknown): void;
}

/** What the machine of a rig leaves behind. */
interface Seen {
  readonly tasks: Map<Task, Deferred>;
  readonly links: Set<string>;
  readonly dialers: Set<string>;
  readonly effects: NodeEffect[];
  /** Peers whose connection throws at its next report. */
  readonly broken: Set<string>;
  discovering: number;
}

/** The node machine, bound to what the rig sees and to tasks that it settles. */
function bindMachine(seen: Seen, options: NodeRigOptions) {
  const { tasks, links, dialers, effects, broken } = seen;
  const begin = <Output>(task: Task, output: Output): Promise<Output> =>
    new Promise((resolve, reject) => {
      tasks.set(task, { resolve: (other) => resolve((other ?? output) as Output), reject });
    });
  const connection = connectionMachine.provide({
    actors: {
      link: fromCallback(({ input }) => {
        const name = `${input.peerId}/${input.no}`;
        links.add(name);
        return () => void links.delete(name);
      }),
      dialer: fromCallback(({ input: { peerId } }) => {
        dialers.add(peerId);
        return () => void dialers.delete(peerId);
      }),
    },
    actions: {
      report({ context: { id, state } }) {
        options.onReport?.(id, state);
        if (broken.delete(id)) throw new Error('a defect');
      },
    },
  });
  return nodeMachine.provide({
    actors: {
      open: fromPromise(() => begin('open', { ownId: 'a' })),
      discovery: fromCallback<NodeEvent>(() => {
        if (options.breakDiscovery) throw new Error('a defect');
        seen.discovering += 1;
        return () => {
          seen.discovering -= 1;
        };
      }),
      flush: fromPromise<void>(() => begin<void>('flush', undefined)),
      close: fromPromise<void>(() => begin<void>('close', undefined)),
      findCopy: fromPromise<boolean, CopyAddress | null>(() => begin('findCopy', false)),
      connection,
    },
    actions: {
      refuse: (_, params) => void effects.push({ effect: 'refuse', ...params }),
      endSignalling: (_, params) => void effects.push({ effect: 'end', ...params }),
      defect: (_, params) => void effects.push({ effect: 'defect', ...params }),
    },
  });
}

/** The node machine with real connection machines below it, and tasks that end when, and how, they are told to. */
export function createNodeRig(options: NodeRigOptions = {}) {
  const clock = createVirtualClock();
  const tasks = new Map<Task, Deferred>();
  const links = new Set<string>();
  const dialers = new Set<string>();
  const effects: NodeEffect[] = [];
  const broken = new Set<string>();
  const seen: Seen = { tasks, links, dialers, effects, broken, discovering: 0 };
  const machine = bindMachine(seen, options);
  const { inspect } = options;
  const actor = createActor(machine, {
    clock,
    ...(inspect && { inspect }),
    input: {
      maxPeers: options.maxPeers ?? 2,
      remembered: options.remembered ?? 4,
      policy: { ...defaultConnectionPolicy, ...(options.policy ?? { maxAttempts: 1 }) },
      decisionInputsOf: () => ({ monotonic: clock.monotonic, now: clock.now, random: () => 0.5 }),
      transports: ['webrtc'],
      copyCheckMs: 1_000,
    },
  });
  const errors: unknown[] = [];
  actor.subscribe({ error: (thrown) => void errors.push(thrown) });
  actor.start();

  async function settle(task: Task, how: 'resolve' | 'reject', output?: unknown): Promise<void> {
    const deferred = tasks.get(task);
    tasks.delete(task);
    if (how === 'resolve') deferred?.resolve(output);
    else deferred?.reject(new Error(`${task} failed`));
    // What a promise brings about comes a few microtasks later.
    await new Promise((resolve) => setImmediate(resolve));
  }

  return {
    actor,
    clock,
    links,
    dialers,
    effects,
    errors,
    tasks,
    send(...events: readonly NodeEvent[]): void {
      for (const event of events) actor.send(event);
    },
    tell: (id: string, event: ConnectionEvent): void => actor.send({ type: 'peer', id, event }),
    resolve: (task: Task, output?: unknown) => settle(task, 'resolve', output),
    reject: (task: Task) => settle(task, 'reject'),
    /** The connection of that peer throws at its next report. */
    breakNext: (id: string): void => void broken.add(id),
    mend: (id: string): void => void broken.delete(id),
    get state(): string {
      return pathOf(actor.getSnapshot().value);
    },
    get context() {
      return actor.getSnapshot().context;
    },
    get discovering(): number {
      return seen.discovering;
    },
    /** State of each connection by peer. */
    get peers(): Record<string, string> {
      const entries = [...connectionsOf(actor)].map(([id, child]) => [id, pathOf(child.getSnapshot().value)] as const);
      return Object.fromEntries(entries.sort());
    },
    /** Every child actor, also those that ended and were not let go. */
    get children(): string[] {
      return Object.keys(actor.getSnapshot().children).sort();
    },
  };
}

export type NodeRig = ReturnType<typeof createNodeRig>;

/** A rig that is running. */
export async function createRunningNode(options: NodeRigOptions = {}): Promise<NodeRig> {
  const rig = createNodeRig(options);
  rig.send({ type: 'start' });
  await rig.resolve('open');
  return rig;
}
