import type { OpenDatagrams } from '../adapters/datagrams/port.ts';
import type { Discovery } from '../adapters/discovery/port.ts';
import type { Identity, IdentityStore } from '../adapters/identity/port.ts';
import type { Machine } from '../adapters/machine/port.ts';
import type { OwnGreeting, Signalling } from '../adapters/signalling/port.ts';
import type { Transport } from '../adapters/transport/port.ts';
import type { AccessPolicy } from '../protocol/access.ts';
import type { DeviceId } from '../protocol/device-id.ts';
import type { Via } from '../protocol/via.ts';
import type { InterfaceChoice } from './notices/interfaces.ts';
import type { InspectorPage, LoadObserver } from './observer.ts';

/** What the signalling of one run needs from the node. */
export interface SignallingDeps {
  readonly identity: Identity;
  greet(remoteId: DeviceId): OwnGreeting;
  /** Who may come in, until the node says otherwise. */
  readonly access: AccessPolicy;
  /** True for addresses from which a peer was proven: they are exempt from the caps on unauthenticated sockets. */
  proven(address: string): boolean;
}

/** The adapters of one node, real or in-memory. Each is made anew for every run, but for the identity store. */
export interface NodeAdapters {
  /** Loads the code of the others before a run opens; null where it is loaded. */
  readonly load: (() => Promise<void>) | null;
  readonly identity: IdentityStore;
  signalling(deps: SignallingDeps): Signalling;
  /** Null: without discovery. */
  readonly discovery: ((deps: Pick<SignallingDeps, 'proven'>) => Discovery) | null;
  readonly transports: ReadonlyMap<Via, Transport>;
  /** For probes of peers; undefined where there are none, as in memory. */
  readonly openDatagrams?: OpenDatagrams;
  /** Changes whenever the network of this machine does. */
  readonly networkSignature: () => string;
  /** IPv4 addresses at which others may reach this node. */
  readonly addresses: () => readonly string[];
  /** Which of the addresses of this machine are used; undefined where there are none, as in memory. */
  readonly choice?: () => InterfaceChoice;
  /** Looks at this machine, for a diagnosis; undefined where there is none, as in memory. */
  readonly machine?: Machine;
  /** The inspector, which is loaded by those who want one. */
  readonly observe: LoadObserver;
  /** Keeps for the owner of the state directory where the page is; resolves with how to take that back. */
  readonly announce: ((page: InspectorPage) => Promise<() => Promise<void>>) | null;
}
