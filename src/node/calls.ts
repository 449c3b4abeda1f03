import type { ConnectionChange, ConnectTarget, Peer } from '../api.ts';
import { errorCodes, LanpeerError, type LanpeerErrorCode } from '../errors.ts';
import { reasons } from '../machines/reasons.ts';
import { type DeviceId, isDeviceId } from '../protocol/device-id.ts';

/** What the calls need from the rest of the node. */
export interface CallsWorld {
  ownId(): DeviceId;
  peer(id: DeviceId): Peer | undefined;
  watch(listener: (change: ConnectionChange) => void): () => void;
  watchRefusals(listener: (id: DeviceId, code: LanpeerErrorCode) => void): () => void;
  /** True if there is a connection to that peer, in any state. */
  exists(id: DeviceId): boolean;
  suggest(id: DeviceId, endpoint: { readonly address: string; readonly port: number }): void;
  want(id: DeviceId): void;
  leave(id: DeviceId): void;
  /** Dials without knowing who is there; the session is taken up as any other. Resolves with whose it is. */
  dial(target: ConnectTarget, signal: AbortSignal): Promise<DeviceId>;
}

function failure(change: ConnectionChange): LanpeerError {
  const code = change.code ?? 'ERR_UNREACHABLE';
  return new LanpeerError(code, `No connection: ${reasons[change.reason]}. ${errorCodes[code]}`);
}

/** Resolves with the peer once it is connected; rejects when its attempt fails. `begin` is called once all is set up. */
function connected(world: CallsWorld, id: DeviceId, signal: AbortSignal | undefined, begin: () => void): Promise<Peer> {
  const present = world.peer(id);
  if (present) return Promise.resolve(present);
  if (signal?.aborted) return Promise.reject(new LanpeerError('ERR_ABORTED'));
  return new Promise((resolve, reject) => {
    const ends: (() => void)[] = [];
    const end = (settle: () => void): void => {
      for (const undo of ends) undo();
      settle();
    };
    const abort = (): void => end(() => reject(new LanpeerError('ERR_ABORTED')));
    signal?.addEventListener('abort', abort, { once: true });
    ends.push(
      () => signal?.removeEventListener('abort', abort),
      world.watch((change) => {
        if (change.id !== id) return;
        const peer = world.peer(id);
        if (peer) end(() => resolve(peer));
        else if (change.state === 'failed' || change.state === 'closed') end(() => reject(failure(change)));
      }),
      world.watchRefusals((refused, code) => {
        if (refused === id) end(() => reject(new LanpeerError(code)));
      }),
    );
    begin();
  });
}

export function createCalls(world: CallsWorld) {
  /** Dials without an id, by address: concurrent calls share one. */
  const dials = new Map<string, Promise<DeviceId>>();

  function dialOnce(target: ConnectTarget): Promise<DeviceId> {
    const key = `${target.address} ${target.port}`;
    const known = dials.get(key);
    if (known !== undefined) return known;
    // A caller that gives up must not take the attempt away from the others.
    const dial = world.dial(target, new AbortController().signal).finally(() => dials.delete(key));
    dials.set(key, dial);
    return dial;
  }

  return {
    async connect(target: ConnectTarget): Promise<Peer> {
      const { address, port, id, signal } = target;
      if (!Number.isInteger(port) || port < 1 || port > 65_535)
        throw new LanpeerError('ERR_OPTION', `port: ${port} is not a whole number from 1 to 65535.`);
      if (id === undefined) {
        const found = await abortable(dialOnce(target), signal);
        return connected(world, found, signal, () => {
          if (!world.exists(found)) world.want(found);
        });
      }
      if (!isDeviceId(id)) throw new LanpeerError('ERR_OPTION', 'id: it is not a device id (52 characters of base32).');
      if (id === world.ownId()) throw new LanpeerError('ERR_SELF');
      world.suggest(id, { address, port });
      return connected(world, id, signal, () => world.want(id));
    },

    /** Resolves when the connection is closed; at once if there is none. */
    disconnect(id: DeviceId): Promise<void> {
      return new Promise((resolve) => {
        const open = world.exists(id);
        const end = world.watch((change) => {
          if (change.id !== id || change.state !== 'closed') return;
          end();
          resolve();
        });
        world.leave(id);
        if (open) return;
        end();
        resolve();
      });
    },
  };
}

function abortable<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return promise;
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(new LanpeerError('ERR_ABORTED'));
    if (signal.aborted) abort();
    signal.addEventListener('abort', abort, { once: true });
    void promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}
