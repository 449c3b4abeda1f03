import { describe, expect, it } from 'vitest';
import { setup } from 'xstate';
import { adjacencyMapToArray, createTestModel } from 'xstate/graph';
import { type ConnectionRig, createConnectionRig } from '../../src/testing/model/connection-rig.ts';
import { incarnations, session } from '../../src/testing/model/connection-samples.ts';
import { createVirtualClock } from '../../src/testing/virtual-clock.ts';

type Happening =
  | 'asked'
  | 'dialFails'
  | 'sessionOpens'
  | 'sessionBreaks'
  | 'linkOpens'
  | 'linkDrops'
  | 'linkFallsSilent'
  | 'remoteLosesLink'
  | 'peerRestarts'
  | 'timeLimitPasses'
  | 'backoffPasses'
  | 'announced'
  | 'closed'
  | 'peerLeaves';

/** What the user of one connection sees of it, written down without looking at the machine. */
const seen = setup({ types: { events: {} as { readonly type: Happening } } }).createMachine({
  id: 'seen',
  initial: 'new',
  states: {
    new: { on: { asked: 'connecting', sessionOpens: 'linking', closed: 'closed' } },
    connecting: {
      on: {
        sessionOpens: 'linking',
        dialFails: 'failed',
        timeLimitPasses: 'failed',
        closed: 'closed',
      },
    },
    // Still `connecting` to the user: there is a session, the link is being set up over it.
    linking: {
      on: {
        linkOpens: 'connected',
        linkDrops: 'linking',
        sessionBreaks: 'failed',
        timeLimitPasses: 'failed',
        peerLeaves: 'closed',
        closed: 'closed',
      },
    },
    connected: {
      on: {
        linkDrops: 'failedWithSession',
        linkFallsSilent: 'failed',
        remoteLosesLink: 'failedWithSession',
        peerRestarts: 'failedWithSession',
        announced: 'connected',
        asked: 'connected',
        peerLeaves: 'closed',
        closed: 'closed',
      },
    },
    failed: {
      on: {
        asked: 'connecting',
        backoffPasses: 'connecting',
        announced: 'connecting',
        sessionOpens: 'linking',
        closed: 'closed',
      },
    },
    failedWithSession: {
      on: { asked: 'linking', backoffPasses: 'linking', announced: 'linking', peerLeaves: 'closed', closed: 'closed' },
    },
    closed: { type: 'final' },
  },
});

/** The top-level state that the user is shown for each of the states above. */
const shown = {
  new: 'new',
  connecting: 'connecting',
  linking: 'connecting',
  connected: 'connected',
  failed: 'failed',
  failedWithSession: 'failed',
  closed: 'closed',
} as const;

function createSystem() {
  const clock = createVirtualClock();
  const rig: ConnectionRig = createConnectionRig({ clock, policy: { linksPerAttempt: 10, resumeMs: 0 } });
  let sessions = 0;
  const linkNo = (): number => rig.context.link?.no ?? -1;
  const open = (incarnation: (typeof incarnations)[keyof typeof incarnations]): void => {
    sessions += 1;
    rig.send(session(`s${sessions}`, { incarnation }));
  };
  const close = (): void => {
    for (const { key } of rig.context.signalling) rig.send({ type: 'signalling.closed', key, bye: null });
  };
  const incarnation = () => rig.context.peer.incarnation ?? incarnations.first;
  const events: Record<Happening, () => void> = {
    asked: () => rig.send({ type: 'connect', explicit: false }, { type: 'dial.begun' }),
    dialFails: () => rig.send({ type: 'dial.failed', refused: false, denied: false, code: 'ERR_TIMEOUT' }),
    sessionOpens: () => open(incarnations.first),
    sessionBreaks: close,
    linkOpens: () => rig.send({ type: 'link.open', no: linkNo() }),
    linkDrops: () => rig.send({ type: 'link.down', no: linkNo(), silent: false, code: 'ERR_TRANSPORT' }),
    linkFallsSilent: () => rig.send({ type: 'link.down', no: linkNo(), silent: true, code: 'ERR_TIMEOUT' }),
    remoteLosesLink: () => rig.send({ type: 'remote.lost', generation: rig.context.link?.generation ?? -1 }),
    peerRestarts: () => {
      sessions += 1;
      const { counter, random } = incarnation();
      rig.send(session(`s${sessions}`, { incarnation: { counter: counter + 1, random } }));
    },
    timeLimitPasses() {
      // That of the dial, or of every link that the attempt may try.
      for (let ms = 0; ms < 60_000 && rig.context.state === 'connecting'; ms += 10) clock.advance(10);
    },
    backoffPasses() {
      clock.advance(rig.context.retry.delayMs);
      rig.send({ type: 'dial.begun' });
    },
    announced: () => rig.send({ type: 'hint', fresh: true }, { type: 'dial.begun' }),
    closed: () => rig.send({ type: 'close', reason: 'disconnect' }),
    peerLeaves: () => rig.send({ type: 'remote.bye', reason: 'stopping', incarnation: incarnation() }),
  };
  const check = (expected: keyof typeof shown): void => {
    const { context, links, errors } = rig;
    expect(context.state).toBe(shown[expected]);
    expect(links.size).toBe(expected === 'linking' || expected === 'connected' ? 1 : 0);
    expect(errors).toEqual([]);
    if (expected === 'failed' || expected === 'failedWithSession') expect(context.retry.next).not.toBeNull();
    if (expected === 'closed') expect(clock.pending).toBe(0);
  };
  const states = Object.fromEntries(
    (Object.keys(shown) as (keyof typeof shown)[]).map((name) => [name, () => check(name)]),
  );
  return { events, states, check };
}

describe('the connection machine against an independent model of what is seen of it', () => {
  const model = createTestModel(seen, { filterEvents: (snapshot, event) => snapshot.can(event) });
  const ways = new Map(
    model
      .getShortestPaths({ allowDuplicatePaths: true })
      .map(({ state, steps }) => [
        state.value,
        steps.map(({ event }) => event).filter(({ type }) => (type as string) !== 'xstate.init'),
      ]),
  );
  const paths = model.getShortestPaths({ allowDuplicatePaths: true });

  it('can reach every state of the model', () => {
    expect([...ways.keys()].sort()).toEqual(Object.keys(shown).sort());
  });

  it.each(paths.map((path) => [path.description, path] as const))('%s', async (_, path) => {
    await path.test(createSystem());
  });

  const steps = adjacencyMapToArray(model.getAdjacencyMap()).map(({ state, event, nextState }) => ({
    from: state.value,
    event: event.type,
    to: nextState.value,
  }));

  it.each(steps)('$from, $event: $to', ({ from, event, to }) => {
    const { events, check } = createSystem();
    for (const { type } of ways.get(from) ?? []) events[type]();
    check(from);
    events[event]();
    check(to);
  });
});
