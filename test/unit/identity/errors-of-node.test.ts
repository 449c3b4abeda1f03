import { runInNewContext } from 'node:vm';
import { expect, it } from 'vitest';
import { isErrno } from '../../../src/adapters/identity/files.ts';

it('an error of Node is known by its code, whichever realm made it', () => {
  expect(isErrno(runInNewContext('Object.assign(new Error("x"), { code: "EEXIST" })'), 'ENOENT', 'EEXIST')).toBe(true);
  expect(isErrno(Object.assign(new Error('x'), { code: 'EACCES' }), 'EEXIST')).toBe(false);
  for (const other of [undefined, null, 'EEXIST', {}, new Error('EEXIST')])
    expect(isErrno(other, 'EEXIST')).toBe(false);
});
