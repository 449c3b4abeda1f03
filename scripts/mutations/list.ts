import { byteStreams } from './byte-streams.ts';
import { calls } from './calls.ts';
import { largeMessages } from './large-messages.ts';
import type { Mutation } from './mutation.ts';
import { presences } from './presence.ts';
import { tested } from './tested.ts';

const machine = (name: string, file: string, from: string, to: string): Mutation => ({
  name,
  file: `src/machines/${file}.ts`,
  from,
  to,
});
const session = (name: string, file: string, from: string, to: string): Mutation => ({
  name,
  file: `src/protocol/message-session/${file}.ts`,
  from,
  to,
});
const node = (name: string, file: string, from: string, to: string): Mutation => ({
  name,
  file: `src/node/${file}.ts`,
  from,
  to,
});

/** The simulation notices each of these. */
const simulated: readonly Mutation[] = [
  machine('silence is no reason to give a link up', 'connection/policy/liveness', 'silence >= policy.downMs || ', ''),
  machine(
    'an unanswered ping is no reason either',
    'connection/policy/liveness',
    ' || unanswered >= policy.downMs',
    '',
  ),
  machine(
    'that the other side lost the link is not understood',
    'connection/policy/offer',
    'return session.remoteGeneration !== link.generation && session.localGeneration === link.generation;',
    'return false;',
  ),
  {
    ...machine(
      'a newer incarnation is taken for the old one',
      'connection/states/connected/connected',
      "guard: 'isNewerIncarnation',",
      "guard: 'hasGivenUp',",
    ),
    // Five hundred seeds of the simulation may have none in which that matters.
    test: 'test/model/restarts-of-a-pair.test.ts',
  },
  machine(
    'the new link does not take over',
    'connection/actions/links',
    'enqueue.assign({ link: replacement, replacement: null, verification: { ...verification, heard: false } });',
    'enqueue.assign({ replacement: null, verification: { ...verification, heard: false } });',
  ),
  machine(
    'a node that stops keeps sessions that come',
    'node/machine',
    "on: { 'signalling.opened': { actions: rejectSession } },",
    '',
  ),
  machine('a stop closes no connection', 'node/machine', "entry: ['changed', closeAll],", "entry: ['changed'],"),
  machine(
    'a bye of the peer is not heard',
    'connection/guards/signalling',
    "event.type === 'remote.bye' && isCurrentIncarnation",
    "event.type === 'remote.lost' && isCurrentIncarnation",
  ),
  machine(
    'a link that ends while its session lives is given up',
    'connection/policy/replacement',
    'if (usable.length === 0) return false;',
    'return false;',
  ),
  machine(
    'a link that ends is waited for without end',
    'connection/delays',
    "context.fallback.loss?.reason === 'silent' ? context.policy.goneMs : context.policy.fallbackMs",
    '60_000',
  ),
  session(
    'what was not acknowledged is not sent again',
    'sent-messages',
    'restart(): void {\n    this.#cursor = 0;',
    'restart(): void {\n    this.#cursor = this.#jobs.size;',
  ),
  session(
    'what came twice is taken twice',
    'receive-stream',
    'if (this.#at < this.#received) {',
    'if (this.#at < 0) {',
  ),
  session(
    'a hello tells one message more than came',
    'message-session',
    'return { session: this.#name, stream: id, resumable, received, handled, ...size };',
    'return { session: this.#name, stream: id, resumable, received: received + 1, handled, ...size };',
  ),
  session(
    'handled messages are not counted',
    'message-session',
    "if (of === 'message' && id === incoming.id) incoming.noteHandled();",
    '',
  ),
  session(
    'messages without an outcome get the wrong one',
    'send-stream',
    "settle(job, mayHaveArrived ? 'unknown' : 'unsent');",
    "settle(job, mayHaveArrived ? 'unsent' : 'unknown');",
  ),
  session('a restarted peer is taken for the one before', 'message-session', "change === 'other' || ", ''),
  node(
    'a peer stays in the set when its link is lost',
    'connections/connections',
    "source.setPeer(id, state === 'connected' ? this.#peerOf(context, at) : null);",
    "if (state === 'connected') source.setPeer(id, this.#peerOf(context, at));",
  ),
  node(
    'no acknowledgement after a while',
    'delivery/acknowledgements',
    'this.#timer ??= this.#clock.setTimeout(this.#flush, limits.messages.ackMs);',
    '',
  ),
  node(
    'what is sent when a link is told goes to the run before',
    'delivery/mailbox',
    'const attached = this.#attach(hello, features);\n    this.outbox.retry();\n    return () => this.#begin(channel, attached, tookOver);',
    'return () => this.#begin(channel, this.#attach(hello, features), tookOver);',
  ),
  node(
    'requests that were just asked end with the session before',
    'delivery/outbound-request-limit',
    'hasArrived && !isAnswered',
    '!isAnswered',
  ),
  node(
    'a second session in the middle of a dial is dropped',
    'dialing/peer-dial',
    'this.#deps.opened(session);',
    "session.close('duplicate');",
  ),
  node(
    'transitions do not say what was left',
    'connections/connections',
    'const previous = this.#states.get(id) ?? null;',
    'const previous = null;',
  ),
  node(
    'a session that ended is not told',
    'links/signalling-sessions',
    "about(remoteId, { type: 'signalling.closed', key, bye, ...(fault && { code: fault }) });",
    '',
  ),
  node(
    'messages of a connection that was closed get no outcome',
    'delivery/delivery',
    '    this.#mailboxes.get(id)?.end();\n    this.#mailboxes.delete(id);',
    '    this.#mailboxes.delete(id);',
  ),
  node(
    'a dial that failed everywhere is not told',
    'dialing/peer-dial',
    'if (this.#open === 0) this.#conclude();',
    'if (this.#open === 0) this.#deps.lost(this.#input.peerId);',
  ),
  node(
    'what comes over a link is no sign of life',
    'links/heartbeat',
    'liveness = { ...liveness, heardAt: clock.monotonic() };',
    '',
  ),
];

export const mutations: readonly Mutation[] = [
  ...simulated,
  ...tested,
  ...calls,
  ...largeMessages,
  ...byteStreams,
  ...presences,
];
