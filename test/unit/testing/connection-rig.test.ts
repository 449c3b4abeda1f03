import { expect, test } from 'vitest';
import {
  createConnectionRig,
  createVirtualClock,
  type RunningDial,
  type RunningLink,
  sampleIncarnations,
  sampleSession,
} from '../../../src/testing/index.ts';

test('a rig is played by functions: a dial and a link that say what becomes of them', () => {
  const clock = createVirtualClock();
  const dials: RunningDial[] = [];
  const links: RunningLink[] = [];
  const ended: string[] = [];
  const rig = createConnectionRig({
    clock,
    onDial(dial) {
      dials.push(dial);
      return () => ended.push('dial');
    },
    onLink(link) {
      links.push(link);
      return () => ended.push(`link ${link.input.no}`);
    },
  });
  rig.send({ type: 'connect', explicit: true });
  dials[0]?.send({ type: 'dial.failed', refused: true, denied: false, code: 'ERR_REFUSED' });
  expect([rig.state, rig.context.reason]).toEqual(['failed.waiting', 'unreachable']);
  clock.advance(rig.context.retry.delayMs);
  expect(dials).toHaveLength(2);
  rig.send(sampleSession('s1', { incarnation: sampleIncarnations.newer }));
  links[0]?.send({ type: 'link.open', no: 1 });
  expect(rig.state).toBe('connected.steady');
  rig.send({ type: 'close', reason: 'disconnect' });
  expect(ended).toEqual(['dial', 'dial', 'link 1']);
  expect(rig.takeEffects().at(-1)).toMatchObject({ effect: 'report', state: 'closed', reason: 'disconnect' });
  expect(clock.pending).toBe(0);
});
