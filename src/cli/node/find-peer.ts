import type { Device } from '../../api/devices.ts';
import type { LanpeerNode } from '../../api/node.ts';
import type { Peer } from '../../api/peers.ts';
import type { Clock } from '../../environment.ts';
import { asLanpeerError, errorCodes, LanpeerError, type LanpeerErrorCode } from '../../errors.ts';
import { limits } from '../../limits.ts';
import { onAbort } from '../../util/abort.ts';
import { startTimeLimit } from '../../util/time-limit.ts';
import type { PeerTarget } from '../args/target.ts';
import { exitCodeOf, exitCodes } from '../exit-code.ts';
import { fits, meant, type Named } from './match.ts';

export interface FindOptions {
  readonly target: PeerTarget;
  /** How long to look for it. */
  readonly waitMs: number;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

const label = ({ name, id }: Named): string => `${name} (${id.slice(0, 8)})`;

function list(all: readonly Named[]): string {
  const shown = all.slice(0, limits.cli.listedDevices).map(label).join(', ');
  const more = all.length - limits.cli.listedDevices;
  return more > 0 ? `${shown} and ${more} more` : shown;
}

/**
 * The peer that is meant, once it is connected. The node has to connect by itself to the devices that fit ({@link fits}),
 * or be without mDNS for an address.
 *
 * Rejects with `ERR_NOT_FOUND`, `ERR_AMBIGUOUS`, or the code of the refusal where the one that was meant does not want
 * this node or the reverse; with `ERR_ABORTED` by the signal.
 */
export function findPeer(node: LanpeerNode, options: FindOptions): Promise<Peer> {
  const { target } = options;
  return 'address' in target ? dial(node, target, options) : new Search(node, target.prefix, options).run();
}

async function dial(
  node: LanpeerNode,
  { address, port }: { readonly address: string; readonly port: number },
  { waitMs, clock, signal }: FindOptions,
): Promise<Peer> {
  const late = new AbortController();
  const endLimit = startTimeLimit(clock, waitMs, () => late.abort());
  try {
    return await node.connect({ address, port, signal: AbortSignal.any([signal, late.signal]) });
  } catch (thrown) {
    const error = asLanpeerError(thrown, 'ERR_INTERNAL');
    const cause = error.code === 'ERR_ABORTED' ? new LanpeerError('ERR_TIMEOUT') : error;
    if (signal.aborted || !isAbsence(cause.code)) throw error;
    const where = `${address}:${port}`;
    const why = cause === error ? `${error.code}: ${error.message}` : `nothing answered in ${waitMs / 1_000} s`;
    throw notFound(`There is no peer at ${where}: ${why}`, where, cause);
  } finally {
    endLimit();
  }
}

/** What a dial fails with where nobody is. */
const isAbsence = (code: LanpeerErrorCode): boolean =>
  ['ERR_REFUSED', 'ERR_UNREACHABLE', 'ERR_TIMEOUT', 'ERR_NO_ADDRESS', 'ERR_PROTOCOL'].includes(code);

const notFound = (what: string, peer: string, cause?: unknown): LanpeerError =>
  new LanpeerError(
    'ERR_NOT_FOUND',
    `${what.replace(/\.?$/, '.')} lanpeer doctor ${/^[\w.:-]+$/.test(peer) ? peer : `'${peer}'`} looks for the reason.`,
    {
      cause,
    },
  );

/** Looks for a peer by what its id or its name begins with. */
class Search {
  readonly #node: LanpeerNode;
  readonly #prefix: string;
  readonly #options: FindOptions;
  readonly #found = Promise.withResolvers<Peer>();
  /** Devices that there was a connection to, by id, and why they are no peers. */
  readonly #codes = new Map<string, LanpeerErrorCode | null>();
  #devices: ReadonlyMap<string, Device> = new Map();
  #othersTimer: unknown;

  constructor(node: LanpeerNode, prefix: string, options: FindOptions) {
    this.#node = node;
    this.#prefix = prefix;
    this.#options = options;
  }

  async run(): Promise<Peer> {
    const { clock, signal, waitMs } = this.#options;
    const endLimit = startTimeLimit(clock, waitMs, () => this.#end());
    const aborted = (): void => this.#found.reject(new LanpeerError('ERR_ABORTED'));
    const off = onAbort(signal, aborted);
    if (signal.aborted) aborted();
    const subscriptions = [
      this.#node.connections$.subscribe(({ id, code }) => {
        if (this.#codes.has(id) || this.#codes.size < limits.discovery.devices) this.#codes.set(id, code);
        this.#look();
      }),
      this.#node.peers$.subscribe(() => this.#look()),
      this.#node.devices$.subscribe((devices) => {
        this.#devices = devices;
        this.#look();
      }),
    ];
    try {
      return await this.#found.promise;
    } finally {
      endLimit();
      off();
      clock.clearTimeout(this.#othersTimer);
      for (const subscription of subscriptions) subscription.unsubscribe();
    }
  }

  /** An id is that of one device; a name, and what ids and names begin with, may be that of another one as well. */
  #look(): void {
    const peers = this.#peers();
    const [only] = peers;
    if (only?.id === this.#prefix) this.#found.resolve(only);
    if (peers.length === 0 && this.#refusal() === undefined) return;
    this.#othersTimer ??= this.#options.clock.setTimeout(() => {
      this.#othersTimer = undefined;
      if (this.#peers().length > 0 || this.#refusal() !== undefined) this.#end();
    }, limits.cli.othersMs);
  }

  #peers(): readonly Peer[] {
    return meant(this.#options.target, this.#node.peers.values());
  }

  /** Devices that were heard; what they say of themselves is not proven. */
  #heard(): readonly Device[] {
    return [...this.#devices.values()];
  }

  #refusal(): readonly [Device, LanpeerErrorCode] | undefined {
    for (const device of this.#heard().filter((one) => fits(this.#options.target, one))) {
      const code = this.#codes.get(device.id);
      if (code && exitCodeOf(code) === exitCodes.refused) return [device, code];
      if (code === undefined && this.#isOfAnotherNetwork(device)) return [device, 'ERR_NETWORK_KEY'];
    }
    return undefined;
  }

  /** Such a device is not even dialed. */
  #isOfAnotherNetwork({ id, networkTag }: Device): boolean {
    return networkTag !== this.#node.networkTag && !this.#codes.has(id);
  }

  #end(): void {
    const peers = this.#peers();
    const [only] = peers;
    if (only !== undefined && peers.length === 1) this.#found.resolve(only);
    else this.#found.reject(peers.length > 1 ? this.#ambiguous(peers) : this.#missing());
  }

  #ambiguous(peers: readonly Peer[]): LanpeerError {
    return new LanpeerError(
      'ERR_AMBIGUOUS',
      `${this.#prefix} may be any of ${list(peers)}. Write more of the name, or the id: lanpeer peers lists them.`,
    );
  }

  #missing(): LanpeerError {
    const refusal = this.#refusal();
    if (refusal) {
      const [device, code] = refusal;
      return new LanpeerError(code, `${label(device)} was heard, and is no peer: ${errorCodes[code]}`);
    }
    const heard = this.#heard();
    const [device] = heard.filter((one) => fits(this.#options.target, one));
    if (device) {
      const code = this.#codes.get(device.id) ?? 'ERR_TIMEOUT';
      const said = `${label(device)} was heard, and could not be reached: ${code}: ${errorCodes[code]}`;
      return isAbsence(code) ? notFound(said, this.#prefix, new LanpeerError(code)) : new LanpeerError(code, said);
    }
    const others = heard.length > 0 ? `Heard were ${list(heard)}.` : 'Nobody else was heard either.';
    const seconds = this.#options.waitMs / 1_000;
    return notFound(
      `No device was heard in ${seconds} s whose name or id begins with ${this.#prefix}. ${others}`,
      this.#prefix,
    );
  }
}
