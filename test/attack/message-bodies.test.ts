import { describe, expect, test } from 'vitest';
import { limits } from '../../src/limits.ts';
import { withVictim } from './support/attack-setup.ts';
import { misplaced } from './support/attacks/misplaced-bodies.ts';
import { expectCounted, expectHeld } from './support/promises.ts';

const mebibyte = 1_048_576;
const flood = { via: 'tls', ms: 3_000 } as const;
const { aheadBytes, volatileBytes } = limits.messages;

describe('references to session messages that do not come', () => {
  test.for([
    { ...flood, bytes: 1 },
    { ...flood, bytes: 8_000 },
  ])('messages of $bytes bytes that wait behind one are bounded: the link ends with a code', (options) =>
    withVictim({}, async ({ attack }) => {
      const seen = await attack('referWithoutBodies', options);
      expectHeld(seen, { many: true });
      expectCounted(seen, 'ERR_PROTOCOL');
    }),
  );

  test('without end: the link ends with a code', () =>
    withVictim({}, async ({ attack }) => {
      const seen = await attack('floodReferences', flood);
      expectHeld(seen, { many: true });
      expectCounted(seen, 'ERR_PROTOCOL');
    }));

  test('from 10 identities that stay, leave memory for the large message of another member', () =>
    withVictim({ maxMessageBytes: 16 * mebibyte }, async ({ attack }) => {
      const [some, many] = [Math.floor(aheadBytes / 8_000), 1_900];
      const waiting = { identities: 10, messages: some, bytes: 8_000, largeBytes: 8 * mebibyte };
      const seen = await attack('waitBehindReferences', waiting, { timeMs: 40_000 });
      expectHeld(seen, { many: true });
      expect(seen.outcomes).toEqual([...Array.from({ length: 10 }, () => 'waits'), 'handled']);
      const more = await attack('waitBehindReferences', { ...waiting, messages: many }, { timeMs: 40_000 });
      expectHeld(more, { many: true });
      expect(more.outcomes).toEqual([...Array.from({ length: 10 }, () => 'lost'), 'handled']);
      expectCounted(more, 'ERR_PROTOCOL', 10);
    }));
});

describe('messages over lanes', () => {
  test.for([
    { ...flood, bytes: 1 },
    { ...flood, bytes: 4_000 },
  ])('session messages of $bytes bytes without references are bounded: the link ends with a code', (options) =>
    withVictim({}, async ({ attack }) => {
      const seen = await attack('sendBodiesAlone', options);
      expectHeld(seen, { many: true });
      expectCounted(seen, 'ERR_PROTOCOL');
    }),
  );

  test('byte by byte: others are served', () =>
    withVictim({}, async ({ attack }) => {
      const seen = await attack('sendBodyByteByByte', flood);
      expectHeld(seen, { many: true });
    }));

  test.for([
    { ...flood, bytes: 1 },
    { ...flood, bytes: 8_000 },
  ])('volatile ones that end after $bytes bytes, each time for another: others are served', (options) =>
    withVictim({}, async ({ attack }) => {
      const seen = await attack('jumpVolatiles', options);
      expectHeld(seen, { poolsMb: volatileBytes / mebibyte, many: true });
      expect(seen.refused).toEqual({});
    }),
  );

  test('what no session sends ends the link with a code that is counted', () =>
    withVictim({}, async ({ attack }) => {
      const cases = Object.keys(misplaced);
      const seen = await attack('sendMisplaced', undefined, { timeMs: 60_000 });
      expectHeld(seen, { many: true });
      expect(seen.outcomes).toEqual(cases.map(() => 'ended'));
      expectCounted(seen, 'ERR_PROTOCOL', cases.length);
    }));

  test('begun in every lane by 6 identities, on three links each, and left', () =>
    withVictim({}, async ({ attack }) => {
      const seen = await attack('beginInAllLanes', { identities: 6, links: 3, bytes: 262_144 }, { timeMs: 30_000 });
      expectHeld(seen, { many: true });
      expect(seen.outcomes.length).toBe(18);
      // Others get what is left when those have lost theirs: that is counted.
      expect(seen.outcomes).toContain('open');
      expect(Object.keys(seen.refused).filter((code) => code !== 'ERR_BUSY')).toEqual([]);
    }));
});

describe('credit for lanes', () => {
  test('that asks for an answer again and again costs what it is to send it: others are served', () =>
    withVictim({}, async ({ attack }) => {
      const seen = await attack('floodRewinds', { ...flood, bytes: 4 * mebibyte });
      expectHeld(seen, { many: true });
      expect(seen.outcomes).toEqual(['open', 'again and again']);
    }));

  test('of lanes over which nothing went ends the link with a code that is counted', () =>
    withVictim({}, async ({ attack }) => {
      const seen = await attack('floodIdleCredit', flood);
      expectHeld(seen, { many: true });
      expectCounted(seen, 'ERR_PROTOCOL');
    }));
});
