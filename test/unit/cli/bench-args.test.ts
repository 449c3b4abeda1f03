import { expect, test } from 'vitest';
import { parseCommand } from '../../../src/cli/args/command.ts';

const id = 'a'.repeat(52);
const parse = (line: string) => parseCommand(line.split(' ').filter(Boolean), {});

test('bench takes a peer by its id, which mDNS has to hear', () => {
  expect(parse(`bench ${id} --open`)).toEqual({
    command: 'bench',
    bench: {
      target: { prefix: id },
      name: undefined,
      port: 0,
      interfaces: undefined,
      stateDir: undefined,
      json: false,
      keyFiles: undefined,
      allow: undefined,
      open: true,
      deny: undefined,
      askKey: false,
      trust: false,
      lendsIdentity: true,
      waitMs: 10_000,
      discovery: true,
      transports: undefined,
      seconds: 2,
    },
  });
});

test('bench takes a peer by its address, and needs no mDNS then', () => {
  expect(parse('bench 192.168.1.7:49152 --key-file k --seconds 10 --transport tls --json')).toMatchObject({
    bench: {
      target: { address: '192.168.1.7', port: 49_152 },
      discovery: false,
      keyFiles: ['k'],
      seconds: 10,
      transports: ['tls'],
      json: true,
    },
  });
});

test('bench --serve waits for others', () => {
  expect(parse('bench --serve --open --port 7000')).toMatchObject({
    bench: { target: undefined, discovery: true, port: 7_000 },
  });
  expect(parse('bench --serve --open --no-discovery')).toMatchObject({ bench: { discovery: false } });
});

test.each([
  ['bench', /Name the peer/],
  ['bench fe80::1:80', /IPv6/],
  ['bench 10.0.0.1', /needs the port/],
  ['bench 10.0.0.1:1:1', /no IPv4 address with a port/],
  ['bench desk --wait 0', /from 1 to 86400/],
  ['bench desk --wait 86401', /from 1 to 86400/],
  ['bench 10.0.0.1:0', /port 0/],
  ['bench 10.0.0.1:65536', /not a port/],
  ['bench 10.0.0.1:80 10.0.0.2:80', /One peer/],
  ['bench --serve 10.0.0.1:80', /goes without a peer/],
  ['bench --serve --seconds 3', /--seconds goes with a peer/],
  ['bench 10.0.0.1:80 --port 7000', /--port goes with --serve/],
  [`bench ${id} --no-discovery`, /ADDRESS:PORT/],
  ['bench 10.0.0.1:80 --seconds 0', /from 1 to 10/],
  ['bench 10.0.0.1:80 --seconds 11', /from 1 to 10/],
  ['bench 10.0.0.1:80 --transport udp', /--transport/],
])('%s is refused', (line, message) => {
  expect(() => parse(line)).toThrow(
    expect.objectContaining({ code: 'ERR_USAGE', message: expect.stringMatching(message) }),
  );
});
