import { filter, type Observable, Subject, takeUntil } from 'rxjs';
import type { Group } from '../../api/groups.ts';
import type {
  BroadcastResult,
  Message,
  PeerResults,
  RequestOptions,
  RequestResult,
  SendOptions,
} from '../../api/messages.ts';
import type { Peer } from '../../api/peers.ts';
import { LanpeerError } from '../../errors.ts';
import type { DeviceId } from '../../protocol/device-id.ts';
import { membersIn, membersOf } from '../../streams/group-streams.ts';
import type { NodeStreamsSource } from '../../streams/node-streams.ts';
import type { Outgoing } from '../delivery/outgoing.ts';
import type { OutgoingRequests } from '../delivery/outgoing-requests.ts';
import { createPeerResults } from '../delivery/peer-results.ts';

type Members = ReadonlyMap<DeviceId, Peer>;

export interface GroupDeps {
  readonly source: NodeStreamsSource;
  readonly outgoing: Outgoing;
  readonly requests: OutgoingRequests;
  /** Called once. */
  readonly left: () => void;
}

/** One join of a group: it ends when the program leaves. */
export class JoinedGroup implements Group {
  readonly name: string;
  readonly members$: Observable<Members>;
  readonly messages$: Observable<Message>;
  readonly #deps: GroupDeps;
  readonly #left = new Subject<void>();
  #hasLeft = false;

  constructor(name: string, deps: GroupDeps) {
    const { streams } = deps.source;
    this.name = name;
    this.#deps = deps;
    this.members$ = membersIn(streams.peers$, name).pipe(takeUntil(this.#left));
    this.messages$ = streams.messages$.pipe(
      filter(({ group }) => group === name),
      takeUntil(this.#left),
    );
  }

  get members(): Members {
    return this.#hasLeft ? new Map() : membersOf(this.#deps.source.peers, this.name);
  }

  send(type: string, data: unknown, options?: SendOptions): PeerResults<BroadcastResult> {
    if (this.#hasLeft) return hasLeft();
    return this.#deps.outgoing.broadcast(type, data, options, this.members.keys(), this.name);
  }

  async request(to: DeviceId, type: string, data: unknown, options?: RequestOptions): Promise<never> {
    if (this.#hasLeft) throw leftError();
    const { source, requests } = this.#deps;
    const peer = source.peers.get(to);
    if (peer && !peer.groups.includes(this.name)) throw new LanpeerError('ERR_NOT_MEMBER');
    return requests.request(to, type, data, options, this.name) as Promise<never>;
  }

  requestAll(type: string, data: unknown, options?: RequestOptions): PeerResults<RequestResult<never>> {
    if (this.#hasLeft) return hasLeft();
    const results = this.#deps.requests.requestAll(type, data, options, this.members.keys(), this.name);
    return results as PeerResults<RequestResult<never>>;
  }

  leave(): void {
    if (this.#hasLeft) return;
    this.#hasLeft = true;
    this.#deps.left();
    this.#left.next();
    this.#left.complete();
  }
}

const leftError = (): LanpeerError => new LanpeerError('ERR_NOT_MEMBER', 'This node has left the group.');

const hasLeft = (): PeerResults<never> =>
  createPeerResults<never>(() => {
    throw leftError();
  });
