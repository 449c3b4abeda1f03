import { expect, test } from 'vitest';
import { parseCommand } from '../../../src/cli/args/command.ts';

const parse = (line: string, env: NodeJS.ProcessEnv = {}) => parseCommand(line.split(' ').filter(Boolean), env);

test('run takes its options', () => {
  const line =
    'run --name desk --port 7000 --interface 127.0.0.1 --interface 10.0.0.1 --state /s --key-file k --key-file l --allow a --allow b --json --no-discovery --transport tls --transport webrtc';
  expect(parse(line)).toEqual({
    command: 'run',
    run: {
      name: 'desk',
      port: 7000,
      interfaces: ['127.0.0.1', '10.0.0.1'],
      stateDir: '/s',
      json: true,
      keyFiles: ['k', 'l'],
      allow: ['a', 'b'],
      askKey: false,
      open: false,
      trust: false,
      connect: [],
      discovery: false,
      transports: ['tls', 'webrtc'],
      inspectPort: undefined,
      inspectMessages: false,
      record: undefined,
      mask: false,
    },
  });
});

test.each([
  ['run --inspect', 0],
  ['run --inspect --json', 0],
  ['run --inspect 8123 --json', 8123],
  ['run --json --inspect 8123', 8123],
  ['run --inspect=8123', 8123],
])('a port may follow --inspect: %s', (line, inspectPort) => {
  expect(parse(line)).toMatchObject({ command: 'run', run: { inspectPort } });
});

test('a command that a person gives takes --inspect as well, in front of its words', () => {
  expect(parse('send --inspect desk file')).toMatchObject({
    command: 'send',
    send: { inspectPort: 0, files: { paths: ['file'] } },
  });
  expect(parse('receive --inspect 8123 folder')).toMatchObject({
    command: 'receive',
    receive: { inspectPort: 8_123 },
  });
  expect(parse('receive folder')).toMatchObject({ receive: { inspectPort: undefined } });
});

test('a node may be recorded, and messages shown', () => {
  expect(parse('run --record f --mask --inspect --inspect-messages')).toMatchObject({
    run: { record: 'f', mask: true, inspectPort: 0, inspectMessages: true },
  });
});

test('streams are accepted into a folder, of the types that are named', () => {
  expect(parse('run --streams d --accept a --accept b')).toMatchObject({
    run: { streams: { folder: 'd', types: ['a', 'b'] } },
  });
  expect(parse('run --open')).toMatchObject({ run: { streams: undefined } });
});

test('commands of people take their peer by a name, an id or an address', () => {
  expect(parse('ping desk')).toMatchObject({ ping: { target: { prefix: 'desk' }, count: 5, waitMs: 10_000 } });
  expect(parse('ping 10.0.0.1:7000 --count 100000')).toMatchObject({
    ping: { target: { address: '10.0.0.1', port: 7_000 }, count: 100_000 },
  });
  expect(parse('chat')).toMatchObject({ chat: { room: '', lendsIdentity: true } });
  expect(parse('chat attic --state s --wait 60')).toMatchObject({
    chat: { room: 'attic', stateDir: 's', lendsIdentity: false, waitMs: 60_000 },
  });
  expect(parse('peers --watch --json')).toMatchObject({ peers: { watch: true, json: true } });
  expect(parse('peers')).toMatchObject({ peers: { watch: false } });
  for (const line of ['ping', 'ping a b', 'ping a --count 0', 'ping a --count 100001', 'chat a b', 'peers a'])
    expect(() => parse(line)).toThrow(expect.objectContaining({ code: 'ERR_USAGE' }));
  expect(() => parse(`chat ${'x'.repeat(52)}`)).toThrow(/at most 50 bytes/);
});

test('addresses of peers may be named', () => {
  expect(parse('run --open --connect 10.0.0.1:7000 --connect 10.0.0.2:7000')).toMatchObject({
    run: {
      connect: [
        { address: '10.0.0.1', port: 7_000 },
        { address: '10.0.0.2', port: 7_000 },
      ],
    },
  });
});

test('inspect shows a node or a recording', () => {
  expect(parse('inspect', { XDG_STATE_HOME: '/x' })).toEqual({
    command: 'inspect',
    inspect: { file: undefined, stateDir: '/x/lanpeer', port: 0, opens: true },
  });
  expect(parse('inspect --state /s --print')).toMatchObject({ inspect: { stateDir: '/s', opens: false } });
  expect(parse('inspect field.jsonl --port 8123 --print')).toMatchObject({
    inspect: { file: 'field.jsonl', port: 8123, opens: false },
  });
});

test('the state lives where the system keeps state, unless nothing is to be kept', () => {
  expect(parse('run --open', { XDG_STATE_HOME: '/x' })).toMatchObject({ run: { stateDir: '/x/lanpeer' } });
  expect(parse('id')).toMatchObject({ id: { stateDir: expect.stringMatching(/\.local\/state\/lanpeer$/) } });
  expect(parse('id', { XDG_STATE_HOME: 'not/absolute' })).toEqual(parse('id'));
  expect(parse('run --open --ephemeral')).toMatchObject({ run: { stateDir: undefined } });
});

test.each([
  '',
  'dance',
  'run --port 70000',
  'run --port=',
  'run --port 1.5',
  'run --state a --ephemeral',
  'run --ask-key --key-file k',
  'run --connect desk',
  'run --connect 10.0.0.1:0',
  'help dance',
  'dance --help',
  'run --transport quic',
  'run --transport tls --transport tls',
  'run --webrtc werift',
  'run --inspect 70000',
  'run --inspect=x',
  'run --inspect 1 2',
  'run --inspect-messages',
  'run --mask',
  'run --streams d',
  'run --accept t',
  'run --streams d --accept t{',
  'run --record',
  'inspect --port 1',
  'inspect a b',
  'inspect a --state b',
  'inspect --json',
  'run --allow',
  'run --deny',
  'id --ephemeral',
  'run stray',
  'key --show',
  'key --show -',
  'key a b',
  'id --new x',
  'run --port 0x10',
  'run --port 1e3',
  'run --port +5',
  'run --parent',
  'run --parent 0',
  'run --parent -1',
  'run --parent 1.5',
  'run --parent x',
  'run --parent 2147483648',
  `run --parent ${process.pid}`,
])('wrong usage: %s', (line) => {
  expect(() => parse(line)).toThrow(expect.objectContaining({ code: 'ERR_USAGE' }));
});

test('a node may live as long as its standard input or another process', () => {
  expect(parse('run --until-stdin-ends --parent 1')).toMatchObject({ run: { untilStdinEnds: true, parent: 1 } });
  expect(parse('run --json')).toMatchObject({ run: { untilStdinEnds: undefined, parent: undefined } });
});

test('devices may be kept out', () => {
  expect(parse('run --open --deny a --deny b')).toMatchObject({ run: { open: true, deny: ['a', 'b'] } });
  expect(parse('run --open')).toMatchObject({ run: { deny: undefined } });
});

test('a key may go to a file, an identity may be made anew', () => {
  const shown = { qr: false, json: false };
  expect(parse('key')).toEqual({ command: 'key', key: { file: undefined, show: false, ...shown } });
  expect(parse('key - --json')).toMatchObject({ key: { file: undefined, json: true } });
  expect(parse('key network.key --qr')).toMatchObject({ key: { file: 'network.key', qr: true } });
  expect(parse('key --show network.key')).toMatchObject({ key: { file: 'network.key', show: true } });
  expect(parse('id --state /s')).toEqual({ command: 'id', id: { stateDir: '/s', renew: false, ...shown } });
  expect(parse('id --new --state /s --qr --json')).toMatchObject({ id: { renew: true, qr: true, json: true } });
});

test.each([
  ['run --nmae desk', /^There is no option --nmae\. Did you mean --name\?$/],
  ['run --zzz', /^There is no option --zzz\.$/],
  ['inspct', /Did you mean inspect\?$/],
  ['dance', /The commands are key, id, pair, trust, revoke, run, inspect, doctor, peers/],
  ['run --port abc', /^--port: abc is not a port, a whole number from 0 to 65535\.$/],
  ['run --parent 0', /^--parent: 0 is not the id of a process/],
  [`run --parent ${process.pid}`, /is this process itself/],
])('%s: what is wrong is said', (line, message) => {
  expect(() => parse(line)).toThrow(expect.objectContaining({ message: expect.stringMatching(message) }));
});
