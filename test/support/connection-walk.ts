import assert from 'node:assert/strict';
import type { ConnectionEvent } from '../../src/machines/connection/events.ts';
import { connectionMachine } from '../../src/machines/connection/machine.ts';
import { type ConnectionGraphEvent, connectionStateKey } from '../../src/testing/model/connection-graph.ts';
import {
  type ConnectionMoment,
  type ConnectionRig,
  type ConnectionRigOptions,
  createConnectionRig,
} from '../../src/testing/model/connection-rig.ts';
import { createManualClock, type ManualClock } from './manual-clock.ts';

export type WalkOptions = Pick<ConnectionRigOptions, 'offers' | 'policy' | 'transports' | 'inspect'>;

/** The timers of the states that the machine is in: event by delay. */
function timersOf({ actor, context }: ConnectionRig): Map<string, number> {
  const { delays } = connectionMachine.implementations;
  const timers = new Map<string, number>();
  for (const node of actor.getSnapshot()._nodes) {
    for (const { eventType, delay } of node.after) {
      const ms = typeof delay === 'string' ? delays[delay as keyof typeof delays] : delay;
      timers.set(eventType, Number(typeof ms === 'function' ? ms({ context } as never, undefined as never) : ms));
    }
  }
  return timers;
}

function play(rig: ConnectionRig, clock: ManualClock, event: ConnectionGraphEvent): void {
  if (event.type.startsWith('xstate.after.')) {
    const ms = timersOf(rig).get(event.type);
    // A timer that fired in vain is not armed again: what it would do has been seen where it was.
    if (ms !== undefined && clock.fire(ms)) return;
  }
  rig.send(event as ConnectionEvent);
}

function checkActors({ state, context, links, dialers, errors }: ConnectionRig): void {
  const { link, replacement, offers } = context;
  assert.deepEqual(errors, []);
  assert.ok(state.startsWith(context.state), state);

  const known = [link, replacement].flatMap((fact) => (fact ? [fact.no] : []));
  assert.deepEqual([...links.keys()].sort(), known.sort(), 'links');
  if (context.state === 'connected') assert.notEqual(link, null, 'link');
  else if (!state.startsWith('connecting.linking')) assert.deepEqual(known, [], 'links');
  else if (offers) assert.equal(known.length, 1, 'links');
  if (context.state !== 'connected' || state === 'connected.steady') assert.equal(replacement, null, 'replacement');
  assert.ok(dialers.size <= 1, 'dialers');
  if (context.dial.inProgress) assert.equal(dialers.size, 1, 'dialers');
  if (/[.]dialing\b/.test(state)) assert.equal(context.dial.inProgress, true, 'dialing');
  if (state === 'new' || state === 'closed') assert.equal(dialers.size, 0, 'dialers');
}

function checkTimers(rig: ConnectionRig, { armed }: ManualClock, fired: boolean): void {
  const timers = [...timersOf(rig).values()].sort((a, b) => a - b);
  if (!fired) assert.deepEqual(armed, timers, 'timers');
  else for (const ms of armed) assert.ok(timers.includes(ms), `timer of ${ms} ms`);
  if (rig.state !== 'closed') return;
  assert.deepEqual(armed, [], 'timers');
  const ended = rig.effects.flatMap((effect) => (effect.effect === 'end' ? [effect.key] : []));
  for (const { key } of rig.context.signalling) assert.ok(ended.includes(key), `the session ${key} is not ended`);
}

/** What was reported last is what the machine holds; gives every change that was reported: from, to, reason. */
function checkReports({ context, effects }: ConnectionRig): string[] {
  const reports = effects.filter((effect) => effect.effect === 'report');
  assert.deepEqual(
    reports.at(-1),
    {
      effect: 'report',
      state: context.state,
      reason: context.reason,
      generation: context.state === 'connected' ? context.link?.generation : null,
    },
    'report',
  );
  return reports.slice(1).map(({ state, reason }, at) => `${reports[at]?.state} ${state} ${reason}`);
}

/** The real machine, taken along these events; from a moment of another walk that took them, without taking them again. */
export function createConnectionWalk(
  options: WalkOptions,
  events: readonly ConnectionGraphEvent[],
  from?: ConnectionMoment,
) {
  const clock = createManualClock();
  const rig = createConnectionRig({ ...options, clock }, from);
  const taken = [...events];
  if (!from) for (const event of events) play(rig, clock, event);
  const { context, state } = rig;
  const timers = clock.armed.join();
  return {
    taken,
    play(event: ConnectionGraphEvent): void {
      taken.push(event);
      play(rig, clock, event);
    },
    unmoved: () => rig.context === context && rig.state === state && clock.armed.join() === timers,
    moment: rig.moment,
    /** What has to be equal where two walks took the same events. */
    notes: () => ({ links: [...rig.links.keys()], dials: rig.dialers.size, timers: clock.armed, effects: rig.effects }),
    get snapshot() {
      return rig.actor.getSnapshot();
    },
    get key() {
      return connectionStateKey(rig.actor.getSnapshot());
    },
    /** Throws where its links, dialers, timers and reports are not those of its state; gives what was reported. */
    check(): string[] {
      try {
        checkActors(rig);
        checkTimers(
          rig,
          clock,
          taken.some(({ type }) => type.startsWith('xstate.after.')),
        );
        return checkReports(rig);
      } catch (cause) {
        const story = taken.map((event) => JSON.stringify(event)).join('\n');
        throw new Error(`in ${rig.state}: ${(cause as Error).message} after\n${story}`, { cause });
      }
    },
  };
}

export type ConnectionWalk = ReturnType<typeof createConnectionWalk>;
