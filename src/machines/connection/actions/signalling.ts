import type { ByeReason } from '../../../protocol/signal.ts';
import type { ConnectionContext } from '../context.ts';
import type { SignallingFact } from '../events.ts';
import { relateToLink } from '../policy/offer.ts';
import { isLinkCarried } from '../policy/transport.ts';
import { connectionSetup } from '../setup.ts';
import { stopLinks } from './links.ts';

/**
 * A session is over: another one stands behind the link, and a link that was being set up over it ends. The other side
 * is told of the same end and does the same.
 */
export const dropSignalling = connectionSetup.enqueueActions(({ context, event, enqueue }) => {
  if (event.type !== 'signalling.closed') return;
  const { link, replacement } = context;
  const signalling = context.signalling.filter(({ key }) => key !== event.key);
  const other = signalling.findLast(({ incarnation }) => relateToLink(context, incarnation) === 'same');
  enqueue.assign({
    signalling,
    ...(link?.signalling === event.key && { link: { ...link, signalling: other?.key ?? null } }),
  });
  if (replacement?.signalling === event.key) enqueue(stopLinks('replacement'));
});

/** Ends the sessions that `which` picks; for the machine they are gone at once. */
const endSessions = (reason: ByeReason, which: (context: ConnectionContext, session: SignallingFact) => boolean) =>
  connectionSetup.enqueueActions(({ context, enqueue }) => {
    const ending = context.signalling.filter((session) => which(context, session));
    enqueue.assign({ signalling: context.signalling.filter((session) => !ending.includes(session)) });
    for (const { key } of ending) enqueue({ type: 'endSignalling', params: { key, reason } });
  });

/**
 * The session opened last stands behind the link: its opener had lost the older one. A link that is carried by
 * its session stays where it is.
 */
export const adoptSignalling = connectionSetup.assign(({ context }) => {
  if (isLinkCarried(context.link)) return {};
  const newest = context.signalling.findLast(({ incarnation }) => relateToLink(context, incarnation) === 'same');
  return context.link && newest ? { link: { ...context.link, signalling: newest.key } } : {};
});

/** The lower id ends sessions that no link needs; the higher one never does. */
export const endDuplicates = endSessions(
  'duplicate',
  (context, { key, incarnation }) =>
    context.offers && key !== context.link?.signalling && relateToLink(context, incarnation) === 'same',
);

/** Ends the sessions of other copies of the device, after the link with this one has answered. */
export const endOtherIncarnations = endSessions(
  'instance',
  (context, { incarnation }) => relateToLink(context, incarnation) !== 'same',
);

/** Ends the sessions of the copy that the link was with: another one has taken its place. */
export const endSuperseded = endSessions(
  'instance',
  (context, { incarnation }) => relateToLink(context, incarnation) === 'same',
);

/** The attempt is given up, and its sessions with it. */
export const endAttempt = endSessions('failed', () => true);

/** Says bye over the link and over every session; they close behind it. */
export const sendBye = connectionSetup.enqueueActions(({ context, event, enqueue }) => {
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
  for (const link of [context.link, context.replacement]) {
    if (link) enqueue({ type: 'farewell', params: { no: link.no, reason } });
  }
  say(reason);
});
