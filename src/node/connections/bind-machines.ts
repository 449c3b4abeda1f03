import { fromCallback, fromPromise } from 'xstate';
import type { Clock } from '../../environment.ts';
import type { LanpeerErrorCode } from '../../errors.ts';
import { limits } from '../../limits.ts';
import { connectionMachine } from '../../machines/connection/machine.ts';
import type { CopyAddress } from '../../machines/node/context.ts';
import type { NodeEvent } from '../../machines/node/events.ts';
import { nodeMachine } from '../../machines/node/machine.ts';
import type { DeviceId } from '../../protocol/device-id.ts';
import { within } from '../../util/within.ts';
import type { IdentityCopies } from '../access/identity-copies.ts';
import type { Delivery } from '../delivery/delivery.ts';
import type { createDialer } from '../dialing/dialer.ts';
import type { Lifecycle } from '../lifecycle/lifecycle.ts';
import { watchNetwork } from '../lifecycle/network-watch.ts';
import type { Links } from '../links/links.ts';
import type { SignallingSessions } from '../links/signalling-sessions.ts';
import type { TimeWatch } from '../monitoring/time-watch.ts';
import type { NoticeWatch } from '../notices/notice-watch.ts';
import type { Connections } from './connections.ts';

/** What stands in the places that the machines name. */
export interface MachineDeps {
  readonly clock: Clock;
  readonly connections: Connections;
  readonly copies: IdentityCopies;
  readonly delivery: Delivery;
  readonly dialer: ReturnType<typeof createDialer>;
  readonly lifecycle: Lifecycle;
  readonly links: Links;
  readonly sessions: SignallingSessions;
  readonly networkSignature: () => string;
  readonly noticeWatch: NoticeWatch;
  readonly time: TimeWatch;
  tell(event: NodeEvent): void;
  /** The state of the node changed. */
  changed(): void;
  /** `key`: that of the session that is refused, if there is one. */
  refused(id: DeviceId, code: LanpeerErrorCode, key?: string): void;
  internalError(thrown: unknown): void;
}

/** The node machine, with what this node gives it. None of these may throw: a throw would end the whole node. */
export function bindMachines(deps: MachineDeps): typeof nodeMachine {
  const { clock, connections, copies, delivery, dialer, lifecycle, links, sessions, noticeWatch, time, tell } = deps;

  const connection = connectionMachine.provide({
    actors: { link: links.actor, dialer },
    actions: {
      report: ({ context }) => connections.report(context),
      probe: ({ context }, { no }) => links.get(context.id, no)?.channel.probe(),
      farewell: ({ context }, { no, reason }) => links.farewell(context.id, no, reason),
      endSignalling: (_, { key, reason }) => sessions.end(key, reason),
    },
  });

  return nodeMachine.provide({
    actors: {
      open: fromPromise(() => lifecycle.open()),
      discovery: fromCallback<NodeEvent>(() => {
        const quiet = lifecycle.discover();
        noticeWatch.begin();
        time.begin();
        const changed = (): void => tell({ type: 'network.changed' });
        const unwatched = watchNetwork(clock, deps.networkSignature, changed, () => {
          noticeWatch.look();
          time.look();
        });
        return () => {
          unwatched();
          noticeWatch.end();
          copies.stop();
          quiet();
        };
      }),
      flush: fromPromise(() => within(clock, limits.messages.flushMs, delivery.flushed())),
      close: fromPromise(async () => {
        await lifecycle.close();
        delivery.dropAll();
      }),
      findCopy: fromPromise(({ input, signal }: { input: CopyAddress | null; signal: AbortSignal }) =>
        input ? copies.find(input, signal) : Promise.resolve(false),
      ),
      connection,
    },
    actions: {
      changed: () => deps.changed(),
      refuse: (_, { id, code, key }) => deps.refused(id, code, key),
      endSignalling: (_, { key, reason }) => sessions.end(key, reason),
      forgetPeer: (_, { id }) => delivery.drop(id),
      defect: (_, { error }) => deps.internalError(error),
    },
  });
}
