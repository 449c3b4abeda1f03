import type { LanpeerErrorCode } from '../../errors.ts';
import type { Incarnation } from '../../protocol/incarnation.ts';
import type { ByeReason } from '../../protocol/signal.ts';
import type { Via } from '../../protocol/via.ts';

/** An authenticated signalling session, as the machine knows it. */
export interface SignallingFact {
  readonly key: string;
  readonly opener: 'local' | 'remote';
  readonly incarnation: Incarnation;
  /** Generation of the link that the greeting of the other side named; 0 for none. */
  readonly remoteGeneration: number;
  /** Generation of the link that this side had when it greeted, whether its greeting named it or not; 0 for none. */
  readonly localGeneration: number;
  /** Generation of the last offer that was taken on this session; absent before the first. */
  readonly offered?: number;
}

/** An offer of the lower id that waits for the moment when it can be taken. */
export interface OfferFact {
  readonly key: string;
  readonly generation: number;
  readonly via: Via;
}

/** Commands and facts. Facts about an unknown link or session are stale and ignored. */
export type ConnectionEvent =
  /** The program, or an announcement, wants this peer. `explicit`: the program asked, so dial at once. */
  | { readonly type: 'connect'; readonly explicit: boolean }
  /**
   * `superseded`: a newer copy of this device has its place. `denied`: this side does not allow the peer any more.
   * `evicted`: another peer takes the place of this one, which is not there.
   */
  | { readonly type: 'close'; readonly reason: 'disconnect' | 'stopping' | 'superseded' | 'denied' | 'evicted' }
  /** The program takes back that it wants this peer: ends what has no other reason, before it is connected. */
  | { readonly type: 'abandon' }
  /**
   * What may be a reason to try again now. `fresh`: a new incarnation, new addresses, a network change or a wake-up.
   * `network`: of these the last two, which speak of this side; every other hint is a packet of the device. `back`: it
   * says nothing new, but comes after a question that was not answered. `wanted`: an announcement that would make a
   * connection if there were none.
   */
  | {
      readonly type: 'hint';
      readonly fresh: boolean;
      readonly back?: true;
      readonly network?: true;
      readonly wanted?: true;
    }
  | ({ readonly type: 'signalling.opened' } & SignallingFact)
  /** `code`: why this side ended it: what the other side did wrong, or that it may not become a peer any more. */
  | {
      readonly type: 'signalling.closed';
      readonly key: string;
      readonly bye: ByeReason | null;
      readonly code?: LanpeerErrorCode;
    }
  | { readonly type: 'offer'; readonly key: string; readonly generation: number; readonly via: Via }
  /** The other side said that its end of the link of that generation is gone. */
  | { readonly type: 'remote.lost'; readonly generation: number }
  /** The other side leaves on purpose; `key` or `no` says over what it said so. */
  | { readonly type: 'remote.bye'; readonly reason: 'disconnect' | 'stopping'; readonly incarnation: Incarnation }
  /** The other side's program gave up its call of connect, and that session with it. */
  | { readonly type: 'remote.abandoned'; readonly key: string }
  /** The first address is being tried: until then the dial waited behind others of this node. */
  | { readonly type: 'dial.begun' }
  /** Nothing listens any more where the peer was reached before; other addresses are still being tried. */
  | { readonly type: 'dial.refused' }
  /** Every address was tried. `refused`: each one answered that nothing listens there. */
  | {
      readonly type: 'dial.failed';
      readonly refused: boolean;
      readonly denied: boolean;
      readonly code: LanpeerErrorCode;
    }
  | { readonly type: 'link.negotiated'; readonly no: number }
  | { readonly type: 'link.open'; readonly no: number }
  | { readonly type: 'link.silent'; readonly no: number }
  /** The first frame after `link.silent`, or the answer to a probe. */
  | { readonly type: 'link.heard'; readonly no: number }
  /** `silent`: nothing had been heard for too long, whatever ended it then. */
  | { readonly type: 'link.down'; readonly no: number; readonly silent: boolean; readonly code: LanpeerErrorCode };
