import { expect, test } from 'vitest';
import type { ConnectionEvent } from '../../../../../src/machines/connection/events.ts';
import { createConnectionRig } from '../../../../../src/testing/model/connection-rig.ts';
import { session } from '../../../../../src/testing/model/connection-samples.ts';

const asked: ConnectionEvent = { type: 'connect', explicit: true };
const announced: ConnectionEvent = { type: 'connect', explicit: false };
const heard: ConnectionEvent = { type: 'hint', fresh: false, wanted: true };
const passed: ConnectionEvent = { type: 'hint', fresh: true };
const failed: ConnectionEvent = { type: 'dial.failed', refused: false, denied: false, code: 'ERR_TIMEOUT' };
const called = session('s1', { opener: 'remote' });
const dialed = session('s1');

function after(...events: readonly ConnectionEvent[]) {
  const rig = createConnectionRig({ offers: true });
  for (const event of events) rig.send(event);
  return rig;
}

test.each([
  { story: 'asked for', events: [asked] },
  { story: 'asked for twice', events: [asked, asked] },
  { story: 'asked for, and failed', events: [asked, failed] },
  { story: 'asked for, failed and asked for again', events: [asked, failed, asked] },
  { story: 'asked for, and the peer answered', events: [asked, dialed] },
  { story: 'made by a dial without an id', events: [dialed] },
  { story: 'asked for, and heard of where nothing connects by itself', events: [asked, passed, failed, passed] },
])('a connection that was only $story is given up with its call', ({ events }) => {
  const rig = after(...events, { type: 'abandon' });
  expect(rig.context).toMatchObject({ state: 'closed', reason: 'abandoned', code: 'ERR_ABORTED' });
  const ended = rig.effects.flatMap((effect) => (effect.effect === 'end' ? [effect.reason] : []));
  expect(ended).toEqual(events.includes(dialed) ? ['abandoned'] : []);
  expect(rig.effects.some(({ effect }) => effect === 'farewell')).toBe(false);
});

test.each([
  { story: 'announced', events: [announced] },
  { story: 'asked for, then announced', events: [asked, heard] },
  { story: 'asked for, failed, then announced', events: [asked, failed, heard] },
  { story: 'announced, then asked for', events: [announced, asked] },
  { story: 'opened by the other side', events: [called] },
  { story: 'asked for, then opened by the other side', events: [asked, called] },
  { story: 'up', events: [asked, dialed, { type: 'link.open', no: 1 }] },
  {
    story: 'up, and lost',
    events: [
      asked,
      dialed,
      { type: 'link.open', no: 1 },
      { type: 'link.down', no: 1, silent: true, code: 'ERR_TIMEOUT' },
    ],
  },
] satisfies { story: string; events: ConnectionEvent[] }[])('one that was $story is not', ({ events }) => {
  const rig = after(...events);
  const before = rig.state;
  rig.send({ type: 'abandon' });
  expect(rig.state).toBe(before);
});

test.each([
  { story: 'only the other side wanted', events: [called], ends: true },
  {
    story: 'only the other side wanted, and is up here already',
    events: [called, { type: 'link.open', no: 1 }],
    ends: true,
  },
  { story: 'this program asked for as well', events: [asked, called], ends: false },
  { story: 'was announced as well', events: [called, heard], ends: false },
  {
    story: 'the other side wants by another session',
    events: [called, session('s2', { opener: 'remote' })],
    ends: false,
  },
  { story: 'has a session of this side as well', events: [called, session('s2')], ends: true },
] satisfies { story: string; events: ConnectionEvent[]; ends: boolean }[])(
  'the other side gives up a connection that $story: it ends here, $ends',
  ({ events, ends }) => {
    const rig = after(...events, { type: 'remote.abandoned', key: 's1' });
    if (ends) expect(rig.context).toMatchObject({ state: 'closed', reason: 'remote-abandoned', code: 'ERR_CLOSED' });
    else expect(rig.context.state).not.toBe('closed');
  },
);
