import { expect, test } from 'vitest';
import { describeEvent } from '../../../src/cli/people.ts';

test('names from other machines cannot write to the terminal', () => {
  const line = describeEvent(
    { event: 'device', change: 'found', name: '\u001b[2Jevil\u0007', id: 'a'.repeat(52) },
    new Date(),
  );
  expect(line).toContain('\\u001b[2Jevil\\u0007');
  expect(line).toContain('aaaaaaaa');
});

test('a connection is told in words', () => {
  const event = { event: 'connection', id: 'b'.repeat(52), state: 'failed', reason: 'gone', code: 'ERR_REFUSED' };
  expect(describeEvent(event, new Date())).toMatch(
    /bbbbbbbb failed: the process at the other end is gone \(ERR_REFUSED\)$/,
  );
});
