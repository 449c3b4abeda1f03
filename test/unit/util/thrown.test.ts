import { describe, expect, it } from 'vitest';
import { asLanpeerError, LanpeerError } from '../../../src/errors.ts';
import { limits } from '../../../src/limits.ts';
import { codeOf, describeThrown, messageOf, placeOf } from '../../../src/util/thrown.ts';
import { oddThrown } from '../../support/odd-values.ts';

const made = Object.entries(oddThrown);

describe('whatever was thrown', () => {
  it.each(made)('%s: can be described on one short line', (_name, make) => {
    const text = describeThrown(make());
    expect(text).toMatch(/^\P{Cc}+$/u);
    expect(text.length).toBeLessThan(10 * limits.thrown.chars);
    expect(text.isWellFormed()).toBe(true);
  });

  it.each(made)('%s: can be looked at', (_name, make) => {
    const thrown = make();
    expect(typeof messageOf(thrown)).toBe('string');
    expect(['string', 'undefined']).toContain(typeof codeOf(thrown));
    expect(['string', 'undefined']).toContain(typeof placeOf(thrown));
    expect(typeof (thrown instanceof LanpeerError)).toBe('boolean');
  });

  it.each(made)('%s: becomes an error with a code that is known', (name, make) => {
    const error = asLanpeerError(make(), 'ERR_DATA');
    expect(error.code).toBe(name === 'an error of lanpeer' ? 'ERR_BUSY' : 'ERR_DATA');
    expect(typeof error.message).toBe('string');
  });

  it('says what it is', () => {
    const say = (name: string): string => describeThrown(oddThrown[name]?.());
    expect(say('an error')).toBe('mine');
    expect(say('an error of another realm')).toBe('of another realm');
    expect(say('an error without a message')).toBe('Error');
    expect(say('nothing')).toBe('undefined');
    expect(say('a big integer')).toBe('1n');
    expect(say('a symbol')).toBe('Symbol(mine)');
    expect(say('a revoked proxy')).toBe('<Revoked Proxy>');
    expect(say('control characters')).toBe('one\\u{a}\\u{1b}[31mtwo\\u{0}\\u{202e}three');
    expect(say('an object with a message that throws')).toBe('{}');
    expect(describeThrown({ reason: 'no' })).toBe("{ reason: 'no' }");
    expect(placeOf(new Error('mine'))).toContain('thrown.test.ts');
  });
});
