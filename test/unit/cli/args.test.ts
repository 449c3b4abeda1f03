import { expect, test } from 'vitest';
import { parseCommand } from '../../../src/cli/args.ts';

const parse = (line: string, env: NodeJS.ProcessEnv = {}) => parseCommand(line.split(' ').filter(Boolean), env);

test('run takes its options', () => {
  const line =
    'run --name desk --port 7000 --interface 127.0.0.1 --interface 10.0.0.1 --state /s --key-file k --allow a --allow b --json --no-discovery --transport tls --transport webrtc';
  expect(parse(line)).toEqual({
    command: 'run',
    run: {
      name: 'desk',
      port: 7000,
      interfaces: ['127.0.0.1', '10.0.0.1'],
      stateDir: '/s',
      json: true,
      keyFile: 'k',
      allow: ['a', 'b'],
      open: false,
      discovery: false,
      transports: ['tls', 'webrtc'],
    },
  });
});

test('the state lives where the system keeps state, unless nothing is to be kept', () => {
  expect(parse('run --open', { XDG_STATE_HOME: '/x' })).toMatchObject({ run: { stateDir: '/x/lanpeer' } });
  expect(parse('id')).toMatchObject({ stateDir: expect.stringMatching(/\.local\/state\/lanpeer$/) });
  expect(parse('run --open --ephemeral')).toMatchObject({ run: { stateDir: undefined } });
});

test.each([
  '',
  'dance',
  'run --port 70000',
  'run --port=',
  'run --port 1.5',
  'run --state a --ephemeral',
  'run --transport quic',
  'run --transport tls --transport tls',
  'run --webrtc native',
  'run --webrtc auto',
  'run --inspect',
  'run --allow',
  'id --ephemeral',
  'run stray',
  'key --json',
])('wrong usage: %s', (line) => {
  expect(() => parse(line)).toThrow(expect.objectContaining({ code: 'ERR_USAGE' }));
});

test('help and version', () => {
  expect(parse('--help')).toEqual({ command: 'help' });
  expect(parse('run --help')).toEqual({ command: 'help' });
  expect(parse('--version')).toEqual({ command: 'version' });
});

test('what this version cannot do yet is said so', () => {
  for (const line of ['run --webrtc native', 'run --inspect'])
    expect(() => parse(line)).toThrow(/is not available in this version/);
  expect(parse('run --webrtc werift')).toMatchObject({ command: 'run' });
});
