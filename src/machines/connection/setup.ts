import { assign, fromCallback, setup } from 'xstate';
import type { LanpeerErrorCode } from '../../errors.ts';
import { relateInstance } from '../../protocol/instance.ts';
import type { ByeReason } from '../../protocol/signal.ts';
import type { ConnectionState, Reason } from '../reasons.ts';
import { backoffDelay } from './backoff.ts';
import {
  isFreshOffer,
  isHintDue,
  lacksOurLink,
  relateToLink,
  retryDelay,
  shouldGiveUp,
  speaksForPeer,
  takesHint,
} from './policy.ts';
import {
  canFallBack,
  couldUpgrade,
  countFall,
  fallsBack,
  lossBy,
  reasonOfSuccession,
  stallsSoon,
} from './succession.ts';
import type {
  ConnectionContext,
  ConnectionEvent,
  ConnectionInput,
  ConnectionOutput,
  DialInput,
  LinkInput,
} from './types.ts';
import { isOnlyAsked, isWantedHere, wishOf, withWish } from './wishes.ts';

const nothing = (): void => undefined;

/** True if an event is about the link of that number. */
const isAbout = (event: ConnectionEvent, link: { readonly no: number } | null): boolean =>
  'no' in event && event.no === link?.no;

/** The device says itself that it is there; of a connected one that is no use. */
const isAnnounced = ({ state }: ConnectionContext, event: ConnectionEvent): boolean =>
  event.type === 'hint' && !event.network && state !== 'connected';

/** How long there were links until now, ms. */
const upMsAt = ({ upMs, openedAt }: ConnectionContext, now: number): number =>
  upMs + (openedAt === null ? 0 : now - openedAt);

/**
 * Vocabulary of the connection machine. The actors `link` and `dialer` and the actions `report`, `probe`, `farewell`
 * and `endSignalling` are places for the world: whoever runs the machine provides them, and they never throw.
 */
export const connectionSetup = setup({
  types: {
    context: {} as ConnectionContext,
    events: {} as ConnectionEvent,
    input: {} as ConnectionInput,
    output: {} as ConnectionOutput,
  },
  actors: {
    link: fromCallback<ConnectionEvent, LinkInput>(nothing),
    dialer: fromCallback<ConnectionEvent, DialInput>(nothing),
  },
  delays: {
    dialLimit: ({ context }) => context.policy.dialMs,
    stall: ({ context }) => (stallsSoon(context) ? context.policy.stallMs : context.policy.connectMs),
    /** A link that fell silent leaves little hope for its session. */
    fallback: ({ context }) => (context.loss?.reason === 'silent' ? context.policy.goneMs : context.policy.fallbackMs),
    upgrade: ({ context }) => context.upgradeInMs,
    ask: ({ context }) => context.policy.askMs,
    doubt: ({ context }) => context.policy.doubtMs,
    headStart: ({ context }) => context.headStartMs,
    backoff: ({ context }) => context.retryInMs,
    redial: ({ context: { policy, redials } }) => (redials < policy.redials ? policy.redialMs : policy.redialSlowMs),
    again: ({ context }) => context.policy.againMs,
    gone: ({ context }) => context.policy.goneMs,
    contest: ({ context }) => context.policy.contestMs,
    stable: ({ context }) => context.policy.stableMs,
  },
  guards: {
    offers: ({ context }) => context.offers,
    /** Not where a session has just come: a second one would only have to be ended again. */
    dialsAtOnce: ({ context }) => (context.offers || context.explicit) && context.reason !== 'session',
    hasSignalling: ({ context }) => context.signalling.length > 0,
    hasNoSignalling: ({ context }) => context.link?.signalling === null,
    wasHeard: ({ context }) => context.heard,
    wasNotHeard: ({ context }) => !context.heard,
    aboutLink: ({ context, event }) => isAbout(event, context.link),
    aboutSuccessor: ({ context, event }) => isAbout(event, context.successor),
    lostLink: ({ context, event }) => event.type === 'remote.lost' && event.epoch === context.link?.epoch,
    lostSuccessor: ({ context, event }) => event.type === 'remote.lost' && event.epoch === context.successor?.epoch,
    hasSuccessor: ({ context }) => context.successor !== null,
    hasNoSuccessor: ({ context }) => context.successor === null,
    isUpgrading: ({ context }) => context.successor !== null && reasonOfSuccession(context) === 'upgraded',
    couldFallBack: ({ context }) => context.successor === null && canFallBack(context, true) && context.offers,
    fallsBack: ({ context, event }) => fallsBack(context, event),
    lossWasSilent: ({ context }) => context.loss?.reason === 'silent',
    /** No other session with this run of the peer is left. */
    isLastOfInstance: ({ context, event }) =>
      event.type === 'signalling.closed' &&
      !context.signalling.some(({ key, instance }) => key !== event.key && relateToLink(context, instance) === 'same'),
    /** What this side offered in place of the link came to nothing. */
    offeredInVain: ({ context, event }) =>
      context.offers &&
      (isAbout(event, context.successor) || (event.type === 'remote.lost' && event.epoch === context.successor?.epoch)),
    offeredOverIt: ({ context, event }) =>
      context.offers && event.type === 'signalling.closed' && event.key === context.successor?.signalling,
    behindLink: ({ context, event }) => 'key' in event && event.key === context.link?.signalling,
    isLastSignalling: ({ context, event }) =>
      'key' in event && context.signalling.length === 1 && context.signalling[0]?.key === event.key,
    /** The session that ended carried the link itself. */
    carriedLink: ({ context, event }) =>
      event.type === 'signalling.closed' && context.link?.via === 'tls' && event.key === context.link.signalling,
    couldUpgrade: ({ context }) => couldUpgrade(context),
    /** News of the peer, or of this side's network, while the link looks whole. */
    isDoubtful: ({ context, event }) =>
      event.type === 'hint' && (event.network === true || (event.fresh && isHintDue(context))),
    ofThisInstanceAndWeOffer: ({ context, event }) =>
      context.offers && event.type === 'signalling.opened' && relateToLink(context, event.instance) === 'same',
    /** The link's session broke without the other side meaning it, and no other session can stand in. */
    breaksLink: ({ context, event }) =>
      event.type === 'signalling.closed' &&
      event.key === context.link?.signalling &&
      event.bye !== 'duplicate' &&
      !context.signalling.some((s) => s.key !== event.key && relateToLink(context, s.instance) === 'same'),
    linkWentSilent: ({ context, event }) => event.type === 'link.down' && event.silent && isAbout(event, context.link),
    successorFailedWithEpochsLeft: ({ context, event }) =>
      context.offers &&
      context.tries < context.policy.epochsPerAttempt &&
      (isAbout(event, context.successor) || (event.type === 'remote.lost' && event.epoch === context.successor?.epoch)),
    /** The link that failed was the last one that this attempt may try. */
    lastEpochFailed: ({ context, event }) =>
      context.offers &&
      context.tries >= context.policy.epochsPerAttempt &&
      (isAbout(event, context.link) || (event.type === 'remote.lost' && event.epoch === context.link?.epoch)),
    epochsLeft: ({ context }) => stallsSoon(context) && context.tries < context.policy.epochsPerAttempt,
    freshOffer: ({ context, event }) => event.type === 'offer' && isFreshOffer(context, event),
    ofContestant: ({ context, event }) =>
      event.type === 'offer' &&
      !context.offers &&
      context.signalling.some((s) => s.key === event.key && relateToLink(context, s.instance) !== 'same'),
    freshOfferOfInstance: ({ context, event }) =>
      event.type === 'offer' &&
      isFreshOffer(context, event) &&
      context.signalling.some((s) => s.key === event.key && relateToLink(context, s.instance) === 'same'),
    ofThisInstance: ({ context, event }) =>
      event.type === 'signalling.opened' && relateToLink(context, event.instance) === 'same',
    newerInstance: ({ context, event }) =>
      event.type === 'signalling.opened' && relateToLink(context, event.instance) === 'newer',
    olderInstance: ({ context, event }) =>
      event.type === 'signalling.opened' && relateToLink(context, event.instance) === 'older',
    /** The other side has a link with a newer copy of this device, which answered it. */
    wasSuperseded: ({ context, event }) =>
      event.type === 'signalling.closed' &&
      event.bye === 'instance' &&
      context.signalling.some(({ key }) => key === event.key),
    wasSupersededBehindLink: ({ context, event }) =>
      event.type === 'signalling.closed' && event.bye === 'instance' && event.key === context.link?.signalling,
    /** The last session ended because the other side has room for no more peers. */
    wasRefused: ({ context, event }) =>
      event.type === 'signalling.closed' &&
      event.bye === 'refused' &&
      context.signalling.every(({ key }) => key === event.key),
    /** The same run of the peer opened a session and holds the same link: signalling is whole again. */
    holdsSameLink: ({ context, event }) =>
      event.type === 'signalling.opened' &&
      relateToLink(context, event.instance) === 'same' &&
      event.held === context.link?.epoch,
    lostItsLink: ({ context, event }) => event.type === 'signalling.opened' && lacksOurLink(context, event),
    lostItsLinkAndWeOffer: ({ context, event }) =>
      context.offers && event.type === 'signalling.opened' && lacksOurLink(context, event),
    wasDenied: ({ event }) => event.type === 'dial.failed' && event.denied,
    asksAtOnce: ({ event }) => event.type === 'connect' && event.explicit,
    fromThisInstance: ({ context, event }) => event.type === 'remote.bye' && speaksForPeer(context, event.instance),
    nothingListens: ({ event }) => event.type === 'dial.failed' && event.refused,
    givesUp: ({ context }) => context.next === null,
    takesHint: ({ context, event }) => event.type === 'hint' && takesHint(context, event),
    /** While connected, a hint that puts nothing in doubt says nothing of use but who wants the peer. */
    isOfUse: ({ context, event }) =>
      context.state !== 'connected' || withWish(context, wishOf(event)) !== context.wishes,
    onlyAsked: ({ context }) => isOnlyAsked(context),
    /** The session that was given up is the only one of the other side, and was the only reason for the connection. */
    nobodyWants: ({ context, event }) =>
      event.type === 'remote.abandoned' &&
      context.signalling.every(({ key, opener }) => key === event.key || opener === 'local') &&
      !isWantedHere(context),
  },
  actions: {
    report: nothing,
    probe: (_, _params: { readonly no: number }) => undefined,
    farewell: (_, _params: { readonly no: number; readonly reason: 'disconnect' | 'stopping' }) => undefined,
    endSignalling: (_, _params: { readonly key: string; readonly reason: ByeReason }) => undefined,
    enter: assign((_, { state }: { readonly state: ConnectionState }) => ({ state })),
    because: assign((_, why: { readonly reason: Reason; readonly code?: LanpeerErrorCode }) => ({
      reason: why.reason,
      code: why.code ?? null,
    })),
    /** A session that this side ended, and why. */
    noteFault: assign(({ event }) =>
      event.type === 'signalling.closed' && event.code !== undefined ? { code: event.code } : {},
    ),
    becauseSuperseded: assign({ reason: 'superseded', code: 'ERR_INSTANCE' }),
    addSignalling: assign(({ context, event }) => {
      if (event.type !== 'signalling.opened') return {};
      const { type: _, ...fact } = event;
      const { instance } = context;
      const relation = instance === null ? 'same' : relateInstance(instance, fact.instance);
      const older = relation === 'older';
      const restarted = relation === 'newer';
      const dialing = context.dialing && fact.opener !== 'local';
      return {
        signalling: [...context.signalling, fact],
        instance: older ? instance : fact.instance,
        wishes: withWish(context, wishOf(event)),
        restarts: context.restarts + (restarted ? 1 : 0),
        dialing,
        ...(restarted && { declined: [] }),
      };
    }),
    standIn: assign(({ context, event }) =>
      event.type === 'signalling.opened' && context.link?.signalling === null
        ? { link: { ...context.link, signalling: event.key } }
        : {},
    ),
    keepOffer: assign(({ context, event }) => {
      if (event.type !== 'offer') return {};
      const { key, epoch, via } = event;
      const signalling = context.signalling.map((one) => (one.key === key ? { ...one, offered: epoch } : one));
      return { offer: { key, epoch, via }, signalling };
    }),
    beginAttempt: assign(({ context }) => {
      const [least, most] = context.policy.headStartMs;
      return {
        attempt: context.news === 'fresh' ? 1 : context.attempt + 1,
        news: null,
        tries: 0,
        declined: [],
        next: null,
        headStartMs: least + (most - least) * context.oracle.random(),
      };
    }),
    noteExplicit: assign(({ context, event }) =>
      event.type === 'connect' && event.explicit ? { explicit: true } : { explicit: context.explicit },
    ),
    noteWish: assign(({ context, event }) => ({ wishes: withWish(context, wishOf(event)) })),
    noteDoubt: assign(({ context }) => ({ hintAt: context.oracle.monotonic(), upgrades: 0, redials: 0 })),
    noteHint: assign(({ context, event }) => ({
      hintAt: context.oracle.monotonic(),
      ...(event.type === 'hint' && event.fresh ? { attempt: 0, failingSince: null } : {}),
    })),
    noteAnnounced: assign(({ context, event }) =>
      isAnnounced(context, event) ? { announcedAt: context.oracle.monotonic() } : {},
    ),
    noteNews: assign(({ context, event }) =>
      event.type === 'hint' && context.state === 'connecting' && takesHint(context, event)
        ? { news: event.fresh || context.news === 'fresh' ? 'fresh' : 'back' }
        : {},
    ),
    forgetRedials: assign({ redials: 0 }),
    noteRedial: assign(({ context }) => ({ redials: context.redials + 1 })),
    noteOpen: assign(({ context }) => {
      const now = context.oracle.monotonic();
      return {
        wishes: withWish(context, 'link'),
        failingSince: null,
        explicit: false,
        offer: null,
        tries: 0,
        redials: 0,
        loss: null,
        news: null,
        upMs: upMsAt(context, now),
        openedAt: now,
        heard: false,
      };
    }),
    /** A link over a session that lives needs nothing else: where it came to nothing the other side does not take it. */
    noteDeclined: assign(({ context }) => {
      const failed = (context.successor ?? context.link)?.via;
      if (failed !== 'tls' || context.declined.includes('tls')) return {};
      // It cost no time: WebRTC has all its epochs.
      return { declined: [...context.declined, failed], tries: context.tries - 1 };
    }),
    noteLoss: assign(({ context, event }) => ({ loss: lossBy(event), ...countFall(context) })),
    becauseLoss: assign(({ context }) => ({
      reason: context.loss?.reason ?? 'link-lost',
      code: context.loss?.code ?? null,
    })),
    becauseSucceeded: assign(({ context }) => ({
      reason: reasonOfSuccession(context),
      code: null,
      falls: context.successor?.via === 'tls' ? context.falls : 0,
    })),
    forgetUpgrades: assign({ upgrades: 0 }),
    noteUpgrade: assign(({ context }) => ({ upgrades: context.upgrades + 1 })),
    planUpgrade: assign(({ context }) =>
      couldUpgrade(context)
        ? { upgradeInMs: backoffDelay(context.policy.upgrade, context.upgrades, false, context.oracle.random()) }
        : {},
    ),
    noteDialEnd: assign({ dialing: false }),
    noteHeard: assign({ heard: true }),
    forgetHeard: assign({ heard: false }),
    forgetTries: assign({ tries: 0 }),
    noteStable: assign({ attempt: 0, restarts: 0, stable: true }),
    planRetry: assign(({ context }) => {
      const now = context.oracle.monotonic();
      const upUntil = context.state === 'connected' ? now : context.upUntil;
      const since = context.news === 'fresh' ? now : (context.failingSince ?? now);
      const failing = { ...context, upUntil, failingSince: since };
      const retryInMs = retryDelay(failing);
      return {
        upUntil,
        upMs: upMsAt(context, now),
        openedAt: null,
        failingSince: failing.failingSince,
        retryInMs,
        falls: 0,
        loss: null,
        next: shouldGiveUp(failing) ? null : context.oracle.now() + retryInMs,
        explicit: false,
      };
    }),
  },
});
