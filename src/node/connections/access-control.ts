import type { Signalling, SignallingSession } from '../../adapters/signalling/port.ts';
import { LanpeerError } from '../../errors.ts';
import type { NodeEvent } from '../../machines/node/events.ts';
import { type AccessPolicy, acceptsKey, admits, mayWait, objectionTo } from '../../protocol/access.ts';
import type { DeviceId } from '../../protocol/device-id.ts';
import type { CurrentAccess } from '../access/current-access.ts';
import type { Delivery } from '../delivery/delivery.ts';
import type { Devices } from '../dialing/devices.ts';
import type { Links } from '../links/links.ts';
import type { SignallingSessions } from '../links/signalling-sessions.ts';
import type { Connections } from './connections.ts';

/** What access has a say in. */
export interface AccessControlDeps {
  readonly admission: CurrentAccess;
  /** Undefined while the node does not run. */
  readonly signalling: () => Pick<Signalling, 'setAccess'> | undefined;
  readonly devices: () => Pick<Devices, 'review'> | undefined;
  /** Tells the network the tag of the first key. */
  readonly announce: () => void;
  readonly connections: Pick<Connections, 'states'>;
  readonly delivery: Pick<Delivery, 'review'>;
  readonly sessions: Pick<SignallingSessions, 'add' | 'of' | 'revoke'>;
  readonly links: Pick<Links, 'of' | 'revoke' | 'tellLost'>;
  readonly tell: (event: NodeEvent) => void;
}

/** Keeps connections to what access says, also when that changes. */
export interface AccessControl {
  /**
   * Makes that the access of this node from now on. Connections of ids that it does not let in are closed, and sessions of
   * messages that wait for these end. Sessions and links that were proven by a key that it does not take end, and their
   * peers are dialed again at once; so are devices that were refused before.
   */
  change(next: AccessPolicy): void;
  /** Takes up a session; one that was authenticated just before access changed ends with the others. */
  add(session: SignallingSession): void;
}

export function createAccessControl(deps: AccessControlDeps): AccessControl {
  const { admission, connections, delivery, sessions, links, tell } = deps;

  const retryNow = (id: DeviceId): void =>
    tell({ type: 'peer', id, event: { type: 'hint', fresh: true, network: true } });

  function closeDenied(): void {
    for (const [id, state] of [...connections.states]) {
      if (admits(admission.policy, id)) continue;
      // That it is tried is how a device gets to wait for somebody to trust it. What was authenticated before ends.
      const isHere = state === 'connected' || sessions.of(id).length > 0 || links.of(id).length > 0;
      if (!isHere && mayWait(admission.policy, id)) continue;
      links.tellLost(id);
      tell({ type: 'peer', id, event: { type: 'close', reason: 'denied' } });
    }
    delivery.review((id) => admits(admission.policy, id));
  }

  /** Returns whose sessions and links it ends. */
  function endUnproven(): ReadonlySet<DeviceId> {
    const isDropped = (key: Uint8Array | undefined): boolean => !acceptsKey(admission.policy, key);
    const error = new LanpeerError('ERR_NETWORK_KEY', 'The network key that proved the other end is no longer in use.');
    // The machines hear of the sessions first, so that no link is set up over one of those.
    return new Set([...sessions.revoke(isDropped), ...links.revoke(isDropped, error)]);
  }

  function enforce(): void {
    closeDenied();
    const ended = endUnproven();
    for (const [id, state] of [...connections.states])
      if (ended.has(id) || state === 'failed' || state === 'connecting') retryNow(id);
    deps.devices()?.review();
  }

  return {
    change(next) {
      const [before] = admission.tags;
      admission.set(next);
      deps.signalling()?.setAccess(admission.policy);
      if (admission.tags[0] !== before) deps.announce();
      // Not at once: it may be called out of an action of a machine, in which no machine may be told anything.
      queueMicrotask(enforce);
    },
    add(session) {
      sessions.add(session);
      if (objectionTo(admission.policy, session) !== undefined) queueMicrotask(enforce);
    },
  };
}
