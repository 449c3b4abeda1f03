import { expect, it } from 'vitest';
import { formatInvitation, pairingKey, parseInvitation } from '../../../src/protocol/invitation.ts';

const id = `${'abcdefghijklmnopqrstuvwxyz'.repeat(2).slice(0, 51)}q`;
const secret = Buffer.from('000102030405060708090a0b0c0d0e0f', 'hex');
const invitation = { id, port: 40_000, addresses: ['192.168.1.7', '10.0.0.255'], secret };

it('says the same after it was read, also in capitals and with blanks around it', () => {
  const formatted = formatInvitation(invitation);
  expect(formatted).toMatch(/^lanpeer-pair-[a-z2-7]+$/);
  expect(parseInvitation(formatted)).toEqual(invitation);
  expect(parseInvitation(` ${formatted.toUpperCase()}\n`)).toEqual(invitation);
});

it('names four addresses at most', () => {
  const many = Array.from({ length: 9 }, (_, no) => `10.0.0.${no}`);
  expect(parseInvitation(formatInvitation({ ...invitation, addresses: many })).addresses).toEqual(many.slice(0, 4));
});

it('a text with any one character changed, or a part of one, is refused, and the message does not show it', () => {
  const formatted = formatInvitation(invitation);
  const wrong: unknown[] = [
    undefined,
    7,
    '',
    'lanpeer-pair-',
    formatted.slice(0, -1),
    `${formatted}a`,
    'x'.repeat(5_000),
  ];
  for (let at = 0; at < formatted.length; at += 1)
    wrong.push(`${formatted.slice(0, at)}${formatted[at] === 'b' ? 'c' : 'b'}${formatted.slice(at + 1)}`);
  const tail = formatted.slice(-20);
  for (const one of wrong) {
    let thrown: unknown;
    try {
      parseInvitation(one);
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toMatchObject({ code: 'ERR_INVITATION' });
    expect(String(thrown)).not.toContain(tail);
  }
});

it('without an address, a port or an id nobody could be reached', () => {
  for (const change of [{ addresses: [] }, { port: 0 }])
    expect(() => parseInvitation(formatInvitation({ ...invitation, ...change }))).toThrow(/damaged/);
});

it('the key of a secret is that of the test vector', () => {
  expect(Buffer.from(pairingKey(secret)).toString('hex')).toBe(
    '84c6899d243cf0b460aeb2b61806688bd4198557792c5e059f3debbbc5247b76',
  );
});
