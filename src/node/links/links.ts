import { fromCallback } from 'xstate';
import type { LanpeerError } from '../../errors.ts';
import type { ConnectionEvent } from '../../machines/connection/events.ts';
import type { LinkInput } from '../../machines/connection/input.ts';
import type { DeviceId } from '../../protocol/device-id.ts';
import { ClosingLinks } from './closing-links.ts';
import type { Link } from './link.ts';
import { LinkActor } from './link-actor.ts';
import { LinkFailures } from './link-failures.ts';
import type { LinksDeps } from './links-deps.ts';
import { OpenLinks } from './open-links.ts';

/** The links of a node, from their negotiation until they have let go of their sockets. */
export class Links {
  /** The actor behind each link of a connection machine. */
  readonly actor: ReturnType<typeof fromCallback<ConnectionEvent, LinkInput>>;
  readonly #sessions: LinksDeps['sessions'];
  readonly failures = new LinkFailures();
  readonly #open = new OpenLinks();
  readonly #closing: ClosingLinks;

  constructor(deps: LinksDeps) {
    this.#sessions = deps.sessions;
    this.#closing = new ClosingLinks(deps.clock);
    this.actor = fromCallback<ConnectionEvent, LinkInput>(({ input, sendBack }) => {
      const actor = new LinkActor({
        input,
        sendBack,
        deps,
        links: this.#open,
        failures: this.failures,
        closing: this.#closing,
      });
      return () => actor.stop();
    });
  }

  get(peerId: DeviceId, no: number): Link | undefined {
    return this.#open.get(peerId, no);
  }

  /** The links with that peer that are open or being opened. */
  of(peerId: DeviceId): readonly Link[] {
    return this.#open.all().filter((link) => link.peerId === peerId);
  }

  /** Says bye over the link; its actor may be stopped right after. */
  farewell(peerId: DeviceId, no: number, reason: 'disconnect' | 'stopping'): void {
    this.#open.get(peerId, no)?.farewell(reason);
  }

  /** Says over signalling that this end of each link with that peer is gone. */
  tellLost(peerId: DeviceId): void {
    for (const link of this.#open.all())
      if (link.peerId === peerId) this.#sessions.tellLost(peerId, link.generation, link.signalling);
  }

  /** Ends the links whose network key is picked, and tells whose they were. */
  revoke(picks: (networkKey: Uint8Array | undefined) => boolean, error: LanpeerError): readonly DeviceId[] {
    const revoked = this.#open.all().filter(({ networkKey }) => picks(networkKey));
    for (const { channel } of revoked) channel.fail(error);
    this.#closing.revoke(picks);
    return revoked.map(({ peerId }) => peerId);
  }

  /** Resolves when every link that was stopped has let go of its sockets; those that linger do it at once. */
  closed(): Promise<void> {
    return this.#closing.closed();
  }
}
