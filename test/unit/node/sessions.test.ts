import { expect, test } from 'vitest';
import type { SignallingSession } from '../../../src/adapters/signalling/port.ts';
import { createSessions } from '../../../src/node/sessions.ts';

test('that a link is lost is told over its own session, or over one that this side has not closed', () => {
  const said: string[] = [];
  const make = (key: string): SignallingSession => ({
    key,
    remoteId: 'p',
    opener: 'local',
    remoteAddress: '192.0.2.1',
    greeting: { instance: { counter: 1, random: 'a'.repeat(16) }, name: '', port: 1, held: 0 },
    told: 0,
    secret: new Uint8Array(32),
    attach: () => undefined,
    send: ({ type }) => said.push(`${key} ${type}`),
    carry: () => ({ send: () => undefined, bufferedAmount: 0, close: () => undefined }),
    close: () => undefined,
  });
  const sessions = createSessions({ opened: () => undefined, about: () => undefined, refused: () => undefined }, {
    tell: () => undefined,
  } as never);
  for (const key of ['s1', 's2', 's3']) sessions.add(make(key));
  sessions.tellLost('p', 5, 's2');
  sessions.end('s2', 'duplicate');
  sessions.tellLost('p', 5, 's2');
  sessions.end('s3', 'duplicate');
  sessions.tellLost('p', 5, 's2');
  sessions.end('s1', 'duplicate');
  sessions.tellLost('p', 5, 's1');
  expect(said).toEqual(['s2 lost', 's3 lost', 's1 lost']);
});
