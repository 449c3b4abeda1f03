import { expect, test } from 'vitest';
import { whyNotReceived, whyNotSent } from '../../../../src/cli/files/ended-words.ts';
import { LanpeerError } from '../../../../src/errors.ts';

const stopped = new LanpeerError('ERR_STREAM_ABORTED', 'The caller aborted it.', { remoteCode: 'ERR_ABORTED' });
const full = new LanpeerError('ERR_DISK_FULL', 'No room.');

test('a receiver hears who ended it', () => {
  expect(whyNotReceived(stopped, false, 'desk')).toBe('desk stopped sending.');
  expect(whyNotReceived(new LanpeerError('ERR_ABORTED'), true, 'desk')).toBe('this command was interrupted.');
  expect(whyNotReceived(full, false, 'desk')).toBe('ERR_DISK_FULL: No room.');
});

test('a sender hears what the person there did, and whether it may go on', () => {
  const cut = new LanpeerError('ERR_CUT_OFF', 'The caller aborted it.', { cause: stopped });
  expect(whyNotSent(cut, 'shelf', true)).toBe('shelf stopped receiving: the same command goes on where it ended.');
  const pipe = new LanpeerError('ERR_CUT_OFF', undefined, { cause: cut });
  expect(whyNotSent(pipe, 'shelf', false)).toMatch(/^shelf stopped receiving, and what comes from a pipe cannot go on/);
  expect(whyNotSent(new LanpeerError('ERR_CUT_OFF', undefined, { cause: full }), 'shelf', true)).toBeUndefined();
  expect(whyNotSent(new LanpeerError('ERR_OFFER_REFUSED'), 'shelf', true)).toBe('shelf does not want them.');
});
