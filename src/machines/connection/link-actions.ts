import type { ByeReason } from '../../protocol/signal.ts';
import { planLink, relateToLink } from './policy.ts';
import { connectionSetup } from './setup.ts';
import type { ConnectionContext, SignallingFact } from './types.ts';

type Slot = 'link' | 'successor';

const actorOf = (no: number): string => `link.${no}`;

/** Starts the link of a new epoch in that slot, in place of the one that is there; nothing while there is no offer. */
export const startLink = (slot: Slot, upgrade = false) =>
  connectionSetup.enqueueActions(({ context, enqueue }) => {
    const plan = planLink(context, upgrade);
    const old = context[slot];
    if (old) enqueue.stopChild(actorOf(old.no));
    if (!plan) {
      if (old) enqueue.assign({ [slot]: null });
      return;
    }
    const no = context.links + 1;
    enqueue.assign({
      links: no,
      epoch: plan.epoch,
      linkedTo: plan.instance,
      tries: context.tries + 1,
      offer: null,
      [slot]: { no, ...plan },
    });
    enqueue.spawnChild('link', {
      id: actorOf(no),
      input: {
        peerId: context.id,
        no,
        epoch: plan.epoch,
        signalling: plan.signalling,
        role: context.offers ? 'offerer' : 'answerer',
        via: plan.via,
        paced: upgrade,
      },
    });
  });

/** The link ended: one over its session is set up, unless one is under way already. The answerer waits for the offer. */
export const offerFallback = connectionSetup.enqueueActions(({ context, enqueue }) => {
  if (context.offers && context.successor?.via !== 'tls') enqueue(startLink('successor'));
});

/** The link is silent: one over its session is set up beside it, which shows whether the peer still is there. */
export const startFallback = connectionSetup.enqueueActions(({ check, enqueue }) => {
  if (check('couldFallBack')) enqueue(startLink('successor'));
});

/** Stops the links in these slots. */
export const stopLinks = (...slots: readonly Slot[]) =>
  connectionSetup.enqueueActions(({ context, enqueue }) => {
    for (const slot of slots) {
      const link = context[slot];
      if (!link) continue;
      enqueue.stopChild(actorOf(link.no));
      enqueue.assign({ [slot]: null });
    }
  });

/**
 * A session is over: another one stands behind the link, and a link that was being set up over it ends. The other side
 * is told of the same end and does the same.
 */
export const dropSignalling = connectionSetup.enqueueActions(({ context, event, enqueue }) => {
  if (event.type !== 'signalling.closed') return;
  const { link, successor } = context;
  const signalling = context.signalling.filter(({ key }) => key !== event.key);
  const other = signalling.findLast(({ instance }) => relateToLink(context, instance) === 'same');
  enqueue.assign({
    signalling,
    ...(link?.signalling === event.key && { link: { ...link, signalling: other?.key ?? null } }),
  });
  if (successor?.signalling === event.key) enqueue(stopLinks('successor'));
});

/** The successor takes the place of the link: from here on the old one's frames are fenced off. */
export const promoteSuccessor = connectionSetup.enqueueActions(({ context, enqueue }) => {
  const { link, successor } = context;
  if (!successor) return;
  if (link) enqueue.stopChild(actorOf(link.no));
  enqueue.assign({ link: successor, successor: null, heard: false });
});

/** Asks the link whether it lives; the answer is `link.heard`. */
export const probeLink = connectionSetup.enqueueActions(({ context, enqueue }) => {
  if (context.link) enqueue({ type: 'probe', params: { no: context.link.no } });
});

/**
 * Dials, unless a dial is under way. A dial is not called back when the other side's session comes first: the other
 * side may have this one already, and if both called theirs back, both would be left with none.
 */
export const startDialer = connectionSetup.enqueueActions(({ context, enqueue }) => {
  if (context.dialing) return;
  enqueue.stopChild('dialer');
  enqueue.assign({ dialing: true });
  const patient = context.state === 'connecting' && !context.offers && !context.explicit;
  enqueue.spawnChild('dialer', { id: 'dialer', input: { peerId: context.id, patient } });
});

export const stopDialer = connectionSetup.enqueueActions(({ enqueue }) => {
  enqueue.stopChild('dialer');
  enqueue('noteDialEnd');
});

/** What is known of the peer's addresses may be new: a dial under way is for the old ones. */
export const renewDialer = connectionSetup.enqueueActions(({ event, enqueue }) => {
  if ((event.type === 'hint' && event.fresh) || (event.type === 'connect' && event.explicit)) enqueue(stopDialer);
});

/** Ends the sessions that `which` picks; for the machine they are gone at once. */
const endThose = (reason: ByeReason, which: (context: ConnectionContext, session: SignallingFact) => boolean) =>
  connectionSetup.enqueueActions(({ context, enqueue }) => {
    const ending = context.signalling.filter((session) => which(context, session));
    enqueue.assign({ signalling: context.signalling.filter((session) => !ending.includes(session)) });
    for (const { key } of ending) enqueue({ type: 'endSignalling', params: { key, reason } });
  });

/**
 * The session opened last stands behind the link: whoever opened it had lost the older one. A link that is carried by
 * its session stays where it is.
 */
export const adoptSignalling = connectionSetup.assign(({ context }) => {
  if (context.link?.via === 'tls') return {};
  const newest = context.signalling.findLast(({ instance }) => relateToLink(context, instance) === 'same');
  return context.link && newest ? { link: { ...context.link, signalling: newest.key } } : {};
});

/** The lower id ends sessions that no link needs; the higher one never does. */
export const endDuplicates = endThose(
  'duplicate',
  (context, { key, instance }) =>
    context.offers && key !== context.link?.signalling && relateToLink(context, instance) === 'same',
);

/** Ends the sessions of other copies of the device, after the link with this one has answered. */
export const endContestants = endThose(
  'instance',
  (context, { instance }) => relateToLink(context, instance) !== 'same',
);

/** Ends the sessions of the copy that the link was with: another one has taken its place. */
export const endSuperseded = endThose(
  'instance',
  (context, { instance }) => relateToLink(context, instance) === 'same',
);

/** The attempt is given up, and its sessions with it. */
export const endAttempt = endThose('failed', () => true);

/** Says bye over the link and over every session; they close behind it. */
export const sayFarewell = connectionSetup.enqueueActions(({ context, event, enqueue }) => {
  const say = (reason: ByeReason): void => {
    for (const { key } of context.signalling) enqueue({ type: 'endSignalling', params: { key, reason } });
  };
  if (event.type !== 'close') {
    say(event.type === 'remote.bye' ? event.reason : 'abandoned');
    return;
  }
  if (event.reason === 'denied') {
    // No word that keeps the peer away: it dials once more, and is told the code.
    say('failed');
    return;
  }
  if (event.reason === 'evicted') {
    say('refused');
    return;
  }
  // To the peer this run stops; a disconnect would keep it away from the copy as well.
  const reason = event.reason === 'superseded' ? 'stopping' : event.reason;
  for (const link of [context.link, context.successor]) {
    if (link) enqueue({ type: 'farewell', params: { no: link.no, reason } });
  }
  say(reason);
});
