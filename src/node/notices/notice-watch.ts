import type { DiscoveryStats } from '../../api/devices.ts';
import type { ConnectionChange } from '../../api/peers.ts';
import type { Clock } from '../../environment.ts';
import type { LanpeerErrorCode } from '../../errors.ts';
import { limits } from '../../limits.ts';
import type { DeviceId } from '../../protocol/device-id.ts';
import { mismatchOf } from '../../protocol/mismatch.ts';
import type { NodeStreamsSource } from '../../streams/node-streams.ts';
import type { CurrentAccess } from '../access/current-access.ts';
import type { InterfaceChoice } from './interfaces.ts';
import { type NoticeFacts, noticesOf } from './notice-rules.ts';
import type { Notices } from './notices.ts';

/** Gathers what a node knows of its surroundings, and has it told. */
export interface NoticeWatch {
  /** A run begins. */
  begin(): void;
  /** To be called every now and then: compares what stands with what was told. */
  look(): void;
  /** A packet of that device came. */
  heard(id: DeviceId): void;
  connection(change: ConnectionChange): void;
  end(): void;
}

export interface NoticeWatchDeps {
  readonly clock: Clock;
  readonly admission: CurrentAccess;
  readonly source: Pick<NodeStreamsSource, 'devices' | 'peers'>;
  readonly notices: Notices;
  readonly choice: () => InterfaceChoice | undefined;
  readonly describeInterfaces: () => string;
  /** TCP port on which the node listens. */
  readonly port: () => number;
  /** Undefined without discovery. */
  readonly discovery: () => DiscoveryStats | undefined;
}

/** What a dial ends with that reached no device. Where a session opened, and no link, it is not TCP that is blocked. */
const unreachedCodes: readonly (LanpeerErrorCode | null)[] = ['ERR_UNREACHABLE', 'ERR_TIMEOUT', 'ERR_REFUSED'];

export function createNoticeWatch(options: NoticeWatchDeps): NoticeWatch {
  const { clock, admission, source, notices, choice, describeInterfaces, discovery, port } = options;
  /** When dials of a device began to fail, and when it was heard last since; monotonic, ms. */
  const failing = new Map<DeviceId, { readonly since: number; heardAt: number }>();
  let companyAt = 0;
  let running = false;

  function unreached(): NoticeFacts['unreached'] {
    for (const id of failing.keys()) if (!source.devices.has(id)) failing.delete(id);
    const late = [...failing].filter(([, { since, heardAt }]) => heardAt - since >= limits.notices.unreachedMs);
    return late.flatMap(([id]) => source.devices.get(id) ?? []);
  }

  function look(): void {
    const now = clock.monotonic();
    const chosen = choice();
    const isUsable = !chosen || (chosen.addresses.length > 0 && !chosen.onlyLoopback);
    if (source.devices.size > 0 || source.peers.size > 0 || !isUsable) companyAt = now;
    const misfits = [...source.devices.values()].flatMap((device) => {
      const misfit = mismatchOf(device, admission.policy, admission.tags);
      // While a network changes its key, a peer may announce one that this node does not have.
      return misfit === undefined || source.peers.has(device.id) ? [] : [{ ...device, misfit }];
    });
    notices.update(
      noticesOf({
        choice: chosen,
        describeInterfaces,
        interfaces: discovery()?.interfaces,
        port: port(),
        aloneMs: now - companyAt,
        misfits,
        unreached: unreached(),
      }),
    );
  }

  return {
    begin() {
      companyAt = clock.monotonic();
      running = true;
      // Not at once: the node has not noticed yet that it runs.
      queueMicrotask(() => {
        if (running) look();
      });
    },
    look,
    heard(id) {
      const one = failing.get(id);
      if (one) one.heardAt = clock.monotonic();
    },
    connection({ id, state, reason, code }) {
      if (state === 'connected' || state === 'closed') failing.delete(id);
      else if (state === 'failed' && !(reason === 'unreachable' && unreachedCodes.includes(code))) failing.delete(id);
      else if (state === 'failed' && !failing.has(id)) {
        const now = clock.monotonic();
        failing.set(id, { since: now, heardAt: now });
      }
    },
    end() {
      running = false;
      failing.clear();
      notices.clear();
    },
  };
}
