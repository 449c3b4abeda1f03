import { expect, test } from 'vitest';
import { parseCommand } from '../../../src/cli/args/command.ts';

const parse = (line: string) => parseCommand(line.split(' '), {});

test('pairing needs no other access, and keeps what it learns', () => {
  expect(parse('pair --take --name desk')).toMatchObject({
    command: 'pair',
    pair: { take: true, trust: true, name: 'desk', stateDir: expect.any(String) },
  });
  expect(parse('trust desk --name attic --state s')).toEqual({
    command: 'trust',
    trust: { stateDir: 's', json: false, device: 'desk', name: 'attic' },
  });
  expect(parse('revoke desk --state s')).toMatchObject({ command: 'revoke', trust: { device: 'desk' } });
  for (const line of [
    'pair --allow a',
    'pair a',
    'pair --ephemeral',
    'revoke',
    'trust --name a',
    'revoke a --name b',
    'trust ',
    'revoke ',
  ])
    expect(() => parse(line), line).toThrow(expect.objectContaining({ code: 'ERR_USAGE' }));
});
