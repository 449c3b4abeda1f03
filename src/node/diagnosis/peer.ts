import type { SignallingSession } from '../../adapters/signalling/port.ts';
import type { Device } from '../../api/devices.ts';
import type { HeardPeer, PeerFacts, TriedAddress, TriedLink } from '../../diagnosis/peer/facts.ts';
import { asLanpeerError, type LanpeerErrorCode } from '../../errors.ts';
import { limits } from '../../limits.ts';
import type { DeviceId } from '../../protocol/device-id.ts';
import { mismatchOf } from '../../protocol/mismatch.ts';
import { sleep } from '../../util/abort.ts';
import type { Endpoint } from '../dialing/endpoint.ts';
import type { DiagnoseDeps } from './deps.ts';
import type { DiagnosedPeer } from './diagnose-options.ts';
import { addressesOf, reachOne } from './peer-addresses.ts';

/** As it was asked for: an id, or `address:port`. */
const targetOf = (peer: DiagnosedPeer): string => ('id' in peer ? peer.id : `${peer.address}:${peer.port}`);

/**
 * Looks at the way to that peer, until the signal aborts: then with what is known by then. Never rejects. It runs while the
 * node listens, beside what is found out about this machine. Opens a session where there is none: the device becomes a peer
 * by that, if both let each other in.
 */
export async function lookAtPeer(deps: DiagnoseDeps, peer: DiagnosedPeer, signal: AbortSignal): Promise<PeerFacts> {
  const look = new PeerLook(deps, peer, signal);
  await look.run().catch(() => undefined);
  return look.facts();
}

/** Where it is looked for, beside what is known to the node already. */
class PeerLook {
  readonly #deps: DiagnoseDeps;
  readonly #asked: DiagnosedPeer;
  readonly #signal: AbortSignal;
  readonly #begun: number;
  readonly #ownId: DeviceId;
  #id: DeviceId | undefined;
  readonly #addresses: TriedAddress[] = [];
  #session: SignallingSession | undefined;
  #refusal: LanpeerErrorCode | null = null;
  #dialedBack: PeerFacts['dialedBack'] = null;
  #datagrams: PeerFacts['datagrams'] = null;

  constructor(deps: DiagnoseDeps, asked: DiagnosedPeer, signal: AbortSignal) {
    this.#deps = deps;
    this.#asked = asked;
    this.#signal = signal;
    this.#begun = deps.clock.monotonic();
    this.#ownId = deps.run().identity.id;
    this.#id = 'id' in asked ? asked.id : undefined;
  }

  /** May reject once the signal has aborted. */
  async run(): Promise<void> {
    const asked = this.#asked;
    const endpoints = 'id' in asked ? await this.#endpointsOf(asked.id) : [asked];
    const answers = Promise.withResolvers<TriedAddress | undefined>();
    const all = Promise.all(
      endpoints.map(async (endpoint) => {
        const tried = await reachOne(this.#deps, endpoint, this.#id, this.#signal);
        this.#addresses.push(tried);
        if (tried.reached?.tls === 'expected') answers.resolve(tried);
      }),
    );
    // An address where nobody answers takes its time: what is behind the first one that does need not wait for that.
    void all.then(() => answers.resolve(undefined));
    await Promise.all([all, this.#askPeer(answers.promise)]);
  }

  facts(): PeerFacts {
    const { source } = this.#deps;
    const id = this.#id ?? null;
    const session = this.#session;
    const device = id === null ? undefined : source.devices.get(id);
    return {
      target: targetOf(this.#asked),
      ownId: this.#ownId,
      isPortFixed: this.#deps.peer.isPortFixed,
      id,
      name: session?.greeting.name ?? device?.name ?? null,
      heard: device ? this.#heard(device) : null,
      addresses: this.#addresses,
      session: session
        ? { address: session.remoteAddress, opener: session.opener, keyed: session.networkKey !== undefined }
        : null,
      refusal: this.#refusal,
      dialedBack: this.#dialedBack,
      datagrams: this.#datagrams,
      via: (id === null ? undefined : source.peers.get(id)?.via) ?? null,
      takesWebrtc: session?.greeting.transports.includes('webrtc') ?? null,
      tried: id === null ? null : this.#tried(id),
    };
  }

  /** A node that has just been started has to hear the device first. */
  async #endpointsOf(id: DeviceId): Promise<readonly Endpoint[]> {
    const { peer, clock, discovery } = this.#deps;
    const known = (): readonly Endpoint[] => addressesOf(this.#deps, id, this.#sessions());
    if (known().length > 0 || !discovery() || id === this.#ownId) return known();
    const heard = new AbortController();
    // Not within the call: what is announced is not known yet then.
    const unwatch = peer.watchAnnouncements(id, () => queueMicrotask(() => heard.abort()));
    try {
      await sleep(clock, limits.diagnosis.mostMs, AbortSignal.any([this.#signal, heard.signal]));
    } catch {
      // It is heard, or there is no time left.
    } finally {
      unwatch();
    }
    return known();
  }

  #sessions(): readonly SignallingSession[] {
    return this.#id === undefined ? [] : this.#deps.peer.sessions(this.#id);
  }

  /** Each step goes on with what the one before it found. */
  async #askPeer(answers: Promise<TriedAddress | undefined>): Promise<void> {
    this.#session = this.#sessions().at(-1);
    if (!this.#session) {
      const tried = await answers;
      this.#id ??= tried?.reached?.id ?? undefined;
      // It may have dialed this node meanwhile.
      this.#session = this.#sessions().at(-1) ?? (tried && (await this.#dial(tried)));
    }
    const session = this.#session;
    if (!session) return;
    await Promise.all([this.#dialBack(session), this.#exchange(session)]);
    await this.#awaitWebrtc(session);
  }

  async #dial({ address, port }: TriedAddress): Promise<SignallingSession | undefined> {
    const { peer } = this.#deps;
    const id = this.#id;
    if (id === undefined || id === this.#ownId) return undefined;
    try {
      const session = await peer.dial({ address, port, id, signal: this.#signal });
      peer.opened(session);
      return session;
    } catch (thrown) {
      if (!this.#signal.aborted) this.#refusal = asLanpeerError(thrown, 'ERR_SIGNALLING').code;
      return undefined;
    }
  }

  async #dialBack(session: SignallingSession): Promise<void> {
    this.#dialedBack = (await this.#deps.peer.questions?.dialBack(session, this.#signal)) ?? null;
  }

  async #exchange(session: SignallingSession): Promise<void> {
    try {
      this.#datagrams = (await this.#deps.peer.questions?.datagrams(session, this.#signal)) ?? null;
    } catch (thrown) {
      if (this.#signal.aborted) throw thrown;
      this.#datagrams = { none: 'local' };
    }
  }

  /** Until WebRTC carries the link, or did not open, for a while: where UDP passes it is a matter of a second. */
  async #awaitWebrtc({ remoteId, greeting }: SignallingSession): Promise<void> {
    const { clock, transports, peer, source } = this.#deps;
    const seen = this.#datagrams && 'result' in this.#datagrams ? this.#datagrams.result : undefined;
    const isExpected = transports.includes('webrtc') && greeting.transports.includes('webrtc');
    if (!isExpected || !seen || seen.there.heard.length === 0 || seen.knocks + seen.back.heard.length === 0) return;
    const isDecided = (): boolean =>
      source.peers.get(remoteId)?.via === 'webrtc' ||
      (peer.failure(remoteId)?.at ?? Number.NEGATIVE_INFINITY) > this.#begun;
    const decided = new AbortController();
    const unwatch = peer.watch(() => queueMicrotask(() => isDecided() && decided.abort()));
    try {
      if (!isDecided()) await sleep(clock, limits.diagnosis.webrtcMs, AbortSignal.any([this.#signal, decided.signal]));
    } catch {
      // It is decided, or there is no time left.
    } finally {
      unwatch();
    }
  }

  #heard(device: Device): HeardPeer {
    const { clock, admission } = this.#deps;
    const { source, port, version, heardAt } = device;
    const misfit = mismatchOf(device, admission.policy, admission.tags) ?? null;
    return { source, port, version, misfit, ageMs: Math.max(0, clock.now() - heardAt) };
  }

  /** What is tried now says more than what failed before. */
  #tried(id: DeviceId): TriedLink | null {
    const { clock, peer } = this.#deps;
    const now = peer.links(id).find(({ via, opened }) => via === 'webrtc' && !opened);
    const pairs = now?.pairs() ?? [];
    if (pairs.length > 0) return { ageMs: 0, pairs };
    const failed = peer.failure(id);
    return failed ? { code: failed.code, ageMs: clock.monotonic() - failed.at, pairs: failed.pairs } : null;
  }
}
