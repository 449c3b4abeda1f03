import type { ConnectionChange, ConnectTarget, Peer } from '../../api/peers.ts';
import { abortedBy, errorCodes, LanpeerError, type LanpeerErrorCode } from '../../errors.ts';
import { type Reason, reasons } from '../../machines/reasons.ts';
import type { DeviceId } from '../../protocol/device-id.ts';
import { onAbort, unlessAborted } from '../../util/abort.ts';
import { parseTarget, parseTo } from '../options/call-options.ts';
import type { Endpoint } from './endpoint.ts';
import { createSharedDials } from './shared-dials.ts';

/** What the calls need from the rest of the node. */
export interface ConnectCallsDeps {
  /** Throws `ERR_NOT_RUNNING`. */
  running(): void;
  /** Throws `ERR_NOT_RUNNING` or `ERR_INSTANCE`. */
  mayDial(): void;
  ownId(): DeviceId;
  peer(id: DeviceId): Peer | undefined;
  watch(listener: (change: ConnectionChange) => void): () => void;
  watchRefusals(listener: (id: DeviceId, code: LanpeerErrorCode) => void): () => void;
  /** True if there is a connection to that peer, in any state. */
  exists(id: DeviceId): boolean;
  /** Returns the function that takes it back. */
  suggest(id: DeviceId, endpoint: Endpoint): () => void;
  want(id: DeviceId): void;
  /** No call wants that peer any more: ends what is not connected yet and has no other reason. */
  abandon(id: DeviceId): void;
  leave(id: DeviceId): void;
  /** Resolves when what was accepted for that peer has its outcome, or within a limit. */
  flushed(id: DeviceId): Promise<void>;
  /** Resolves when the links that are being closed are. */
  linksClosed(): Promise<unknown>;
  /**
   * Dials without an expected id, and resolves with the id of the device that is there. The session is taken up as any
   * other, or ended if the signal was aborted meanwhile.
   */
  dial(target: Endpoint, signal: AbortSignal): Promise<DeviceId>;
}

const failure = (reason: Reason, code: LanpeerErrorCode): LanpeerError =>
  new LanpeerError(code, `No connection: ${reasons[reason]}. ${errorCodes[code]}`);

const isAborted = ({ reason }: AbortSignal): boolean => reason instanceof LanpeerError && reason.code === 'ERR_ABORTED';

export function createConnectCalls(world: ConnectCallsDeps) {
  /** Calls of connect that have not settled, and the ids that they name. */
  const open = new Map<AbortController, DeviceId | undefined>();
  /** So many calls wait for the connection to that peer. */
  const waiting = new Map<DeviceId, number>();
  /** Peers that are being left, which takes as long as the flush. */
  const parting = new Map<DeviceId, Promise<void>>();
  const dials = createSharedDials({ dial: world.dial, unwanted: giveUp });

  function giveUp(id: DeviceId): void {
    if (!waiting.has(id)) world.abandon(id);
  }

  function count(id: DeviceId, by: 1 | -1): void {
    const now = (waiting.get(id) ?? 0) + by;
    if (now > 0) waiting.set(id, now);
    else waiting.delete(id);
  }

  /**
   * Resolves with the peer once it is connected; rejects when its attempt fails, or with the reason of the signal.
   * `begin` is called once all is set up.
   */
  async function connected(id: DeviceId, signal: AbortSignal, begin: () => void): Promise<Peer> {
    world.mayDial();
    const present = world.peer(id);
    if (present) return present;
    return new Promise((resolve, reject) => {
      const ends: (() => void)[] = [];
      const end = (settle: () => void): void => {
        for (const undo of ends.splice(0)) undo();
        settle();
      };
      const abort = (): void => {
        end(() => reject(signal.reason));
        if (isAborted(signal)) giveUp(id);
      };
      count(id, 1);
      ends.push(
        () => count(id, -1),
        onAbort(signal, abort),
        world.watch((change) => {
          if (change.id !== id) return;
          const { state, reason, code } = change;
          const peer = world.peer(id);
          if (peer) end(() => resolve(peer));
          else if (state === 'failed' || state === 'closed')
            end(() => reject(failure(reason, code ?? 'ERR_UNREACHABLE')));
        }),
        world.watchRefusals((refused, code) => {
          if (refused === id) end(() => reject(new LanpeerError(code)));
        }),
      );
      begin();
    });
  }

  async function connectTo(id: DeviceId, endpoint: Endpoint, signal: AbortSignal): Promise<Peer> {
    // A peer that is being left, and for which `connect` is called, is wanted again.
    const left = parting.get(id);
    if (left !== undefined) await unlessAborted(left, signal);
    const takeBack = world.suggest(id, endpoint);
    try {
      return await connected(id, signal, () => world.want(id));
    } catch (thrown) {
      if (signal.aborted && isAborted(signal)) takeBack();
      throw thrown;
    }
  }

  async function connectAt(endpoint: Endpoint, signal: AbortSignal): Promise<Peer> {
    const found = await dials.join(endpoint, signal);
    return connected(found, signal, () => {
      if (!world.exists(found)) world.want(found);
    });
  }

  async function part(id: DeviceId): Promise<void> {
    await world.flushed(id);
    await new Promise<void>((resolve) => {
      const there = world.exists(id);
      const end = world.watch((change) => {
        if (change.id !== id || change.state !== 'closed') return;
        end();
        resolve();
      });
      world.leave(id);
      if (there) return;
      end();
      resolve();
    });
    // Until the other side has heard it, it would still call this node its peer.
    await world.linksClosed();
  }

  return {
    async connect(target: ConnectTarget): Promise<Peer> {
      const { address, port, id, signal } = parseTarget(target);
      if (signal?.aborted) throw abortedBy(signal);
      world.mayDial();
      if (id === world.ownId()) throw new LanpeerError('ERR_SELF');

      const call = new AbortController();
      open.set(call, id);
      const off = onAbort(signal, () => {
        if (signal) call.abort(abortedBy(signal));
      });
      try {
        const endpoint = { address, port };
        return await (id === undefined ? connectAt(endpoint, call.signal) : connectTo(id, endpoint, call.signal));
      } finally {
        off();
        open.delete(call);
      }
    },

    /** Resolves when the connection is closed, and the other side knows; at once if there is none. */
    async disconnect(id: DeviceId): Promise<void> {
      world.running();
      parseTo('id', id);
      for (const [call, named] of open) if (named === id) call.abort(failure('disconnect', 'ERR_CLOSED'));
      const parted = part(id);
      const quiet = parted.catch(() => undefined);
      parting.set(id, quiet);
      try {
        await parted;
      } finally {
        if (parting.get(id) === quiet) parting.delete(id);
      }
    },

    /** The node stops: calls that still wait reject. */
    end(): void {
      for (const call of open.keys())
        call.abort(new LanpeerError('ERR_NOT_RUNNING', 'The node was stopped before the peer was connected.'));
    },
  };
}

export type ConnectCalls = ReturnType<typeof createConnectCalls>;
