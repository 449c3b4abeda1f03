import { expect, test } from 'vitest';
import { errorOfReason, reasonOf } from '../../../../src/node/byte-streams/end-reasons.ts';

test('a reason has the message and the code of what the program gave', () => {
  expect(reasonOf('aborted', Object.assign(new Error('no room'), { code: 'E_FULL' }))).toEqual({
    kind: 'aborted',
    code: 'E_FULL',
    text: 'no room',
  });
  expect(reasonOf('aborted', undefined)).toEqual({ kind: 'aborted', code: '', text: '' });
  expect(reasonOf('failed', 'a text')).toMatchObject({ text: 'a text' });
});

test('a reason is cut to what a person reads, and never half a character', () => {
  const { code, text } = reasonOf('aborted', Object.assign(new Error('😀'.repeat(1_000)), { code: 'E'.repeat(1_000) }));
  expect(code).toHaveLength(64);
  expect(text).toHaveLength(256);
  expect(reasonOf('aborted', `x${'😀'.repeat(1_000)}`).text.isWellFormed()).toBe(true);
});

test('an error says who ended the stream, why, and how much was read', () => {
  expect(errorOfReason({ kind: 'aborted', code: 'E_FULL', text: 'no room' }, 7)).toMatchObject({
    code: 'ERR_STREAM_ABORTED',
    remoteCode: 'E_FULL',
    bytes: 7,
    message: 'The program at the peer aborted the stream: no room',
  });
  expect(errorOfReason({ kind: 'refused', code: '', text: '' }, 0)).toMatchObject({ code: 'ERR_STREAM_REFUSED' });
  expect(errorOfReason({ kind: 'busy', code: '', text: '' }, 0)).toMatchObject({ code: 'ERR_BUSY' });
});
