import type { ConnectionChange, ConnectTarget, Peer } from '../../api/peers.ts';
import { abortedBy, errorCodes, LanpeerError, type LanpeerErrorCode } from '../../errors.ts';
import { type Reason, reasons } from '../../machines/connection/reasons.ts';
import type { DeviceId } from '../../protocol/device-id.ts';
import { onAbort, unlessAborted } from '../../util/abort.ts';
import { parseTarget, parseTo } from '../options/call-options.ts';
import type { Endpoint } from './endpoint.ts';
import { createSharedDials, type SharedDials } from './shared-dials.ts';

/** What the calls need from the rest of the node. */
export interface ConnectCallsDeps {
  /** Throws `ERR_NOT_RUNNING`. */
  readonly running: () => void;
  /** Throws `ERR_NOT_RUNNING` or `ERR_INSTANCE`. */
  readonly mayDial: () => void;
  readonly ownId: () => DeviceId;
  readonly peer: (id: DeviceId) => Peer | undefined;
  readonly watch: (listener: (change: ConnectionChange) => void) => () => void;
  readonly watchRefusals: (listener: (id: DeviceId, code: LanpeerErrorCode) => void) => () => void;
  /** True if there is a connection to that peer, in any state. */
  readonly exists: (id: DeviceId) => boolean;
  /** Returns the function that takes it back. */
  readonly suggest: (id: DeviceId, endpoint: Endpoint) => () => void;
  readonly want: (id: DeviceId) => void;
  /** No call wants that peer any more: ends what is not connected yet and has no other reason. */
  readonly abandon: (id: DeviceId) => void;
  readonly leave: (id: DeviceId) => void;
  /** Resolves when what was accepted for that peer has its outcome, or within a limit. */
  readonly flushed: (id: DeviceId) => Promise<void>;
  /** Resolves when the links that are being closed are. */
  readonly linksClosed: () => Promise<unknown>;
  /**
   * Dials without an expected id, and resolves with the id of the device that is there. The session is taken up as any
   * other, or ended if the signal was aborted meanwhile.
   */
  readonly dial: (target: Endpoint, signal: AbortSignal) => Promise<DeviceId>;
}

const failure = (reason: Reason, code: LanpeerErrorCode): LanpeerError =>
  new LanpeerError(code, `No connection: ${reasons[reason]}. ${errorCodes[code]}`);

const isAborted = ({ reason }: AbortSignal): boolean => reason instanceof LanpeerError && reason.code === 'ERR_ABORTED';

/** The calls of `connect` and `disconnect` of a program. */
export class ConnectCalls {
  readonly #deps: ConnectCallsDeps;
  /** Calls of connect that have not settled, and the ids that they name. */
  readonly #open = new Map<AbortController, DeviceId | undefined>();
  /** So many calls wait for the connection to that peer. */
  readonly #waiting = new Map<DeviceId, number>();
  /** Peers that are being left, which takes as long as the flush. */
  readonly #parting = new Map<DeviceId, Promise<void>>();
  readonly #dials: SharedDials;

  constructor(deps: ConnectCallsDeps) {
    this.#deps = deps;
    this.#dials = createSharedDials({ dial: deps.dial, unwanted: (id) => this.#giveUp(id) });
  }

  async connect(target: ConnectTarget): Promise<Peer> {
    const { address, port, id, signal } = parseTarget(target);
    if (signal?.aborted) throw abortedBy(signal);
    this.#deps.mayDial();
    if (id === this.#deps.ownId()) throw new LanpeerError('ERR_SELF');

    const call = new AbortController();
    this.#open.set(call, id);
    const off = onAbort(signal, () => {
      if (signal) call.abort(abortedBy(signal));
    });
    try {
      const endpoint = { address, port };
      return await (id === undefined
        ? this.#connectAt(endpoint, call.signal)
        : this.#connectTo(id, endpoint, call.signal));
    } finally {
      off();
      this.#open.delete(call);
    }
  }

  /** Resolves when the connection is closed, and the other side knows; at once if there is none. */
  async disconnect(id: DeviceId): Promise<void> {
    this.#deps.running();
    parseTo('id', id);
    for (const [call, named] of this.#open) if (named === id) call.abort(failure('disconnect', 'ERR_CLOSED'));
    const parted = this.#part(id);
    const quiet = parted.catch(() => undefined);
    this.#parting.set(id, quiet);
    try {
      await parted;
    } finally {
      if (this.#parting.get(id) === quiet) this.#parting.delete(id);
    }
  }

  /** The node stops: calls that still wait reject. */
  end(): void {
    for (const call of this.#open.keys())
      call.abort(new LanpeerError('ERR_NOT_RUNNING', 'The node was stopped before the peer was connected.'));
  }

  async #connectTo(id: DeviceId, endpoint: Endpoint, signal: AbortSignal): Promise<Peer> {
    // A peer that is being left, and for which `connect` is called, is wanted again.
    const left = this.#parting.get(id);
    if (left !== undefined) await unlessAborted(left, signal);
    const takeBack = this.#deps.suggest(id, endpoint);
    try {
      return await this.#connected(id, signal, () => this.#deps.want(id));
    } catch (thrown) {
      if (signal.aborted && isAborted(signal)) takeBack();
      throw thrown;
    }
  }

  async #connectAt(endpoint: Endpoint, signal: AbortSignal): Promise<Peer> {
    const found = await this.#dials.join(endpoint, signal);
    return this.#connected(found, signal, () => {
      if (!this.#deps.exists(found)) this.#deps.want(found);
    });
  }

  /**
   * Resolves with the peer once it is connected; rejects when its attempt fails, or with the reason of the signal.
   * `begin` is called once all is set up.
   */
  async #connected(id: DeviceId, signal: AbortSignal, begin: () => void): Promise<Peer> {
    const { mayDial, peer: peerOf, watch, watchRefusals } = this.#deps;
    mayDial();
    const present = peerOf(id);
    if (present) return present;
    return new Promise((resolve, reject) => {
      const ends: (() => void)[] = [];
      const end = (settle: () => void): void => {
        for (const undo of ends.splice(0)) undo();
        settle();
      };
      const abort = (): void => {
        end(() => reject(signal.reason));
        if (isAborted(signal)) this.#giveUp(id);
      };
      this.#count(id, 1);
      ends.push(
        () => this.#count(id, -1),
        onAbort(signal, abort),
        watch((change) => {
          if (change.id !== id) return;
          const { state, reason, code } = change;
          const peer = peerOf(id);
          if (peer) end(() => resolve(peer));
          else if (state === 'failed' || state === 'closed')
            end(() => reject(failure(reason, code ?? 'ERR_UNREACHABLE')));
        }),
        watchRefusals((refused, code) => {
          if (refused === id) end(() => reject(new LanpeerError(code)));
        }),
      );
      begin();
    });
  }

  #count(id: DeviceId, by: 1 | -1): void {
    const now = (this.#waiting.get(id) ?? 0) + by;
    if (now > 0) this.#waiting.set(id, now);
    else this.#waiting.delete(id);
  }

  #giveUp(id: DeviceId): void {
    if (!this.#waiting.has(id)) this.#deps.abandon(id);
  }

  async #part(id: DeviceId): Promise<void> {
    const { flushed, exists, watch, leave, linksClosed } = this.#deps;
    await flushed(id);
    await new Promise<void>((resolve) => {
      const there = exists(id);
      const end = watch((change) => {
        if (change.id !== id || change.state !== 'closed') return;
        end();
        resolve();
      });
      leave(id);
      if (there) return;
      end();
      resolve();
    });
    // Until the other side has heard it, it would still call this node its peer.
    await linksClosed();
  }
}
