import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { fromJson, toJson } from '../../src/cli/json.ts';
import { createLineSplitter } from '../../src/cli/lines.ts';
import { readCommand } from '../../src/cli/read-command.ts';
import { LanpeerError } from '../../src/errors.ts';
import { format } from '../../src/inspector/model/trace-events.ts';
import { readRecording } from '../../src/inspector/read-recording.ts';
import { createKeys } from '../../src/inspector/server/keys.ts';
import { createReplies } from '../../src/inspector/server/replies.ts';
import { checkRequest, cookiesOf } from '../../src/inspector/server/request-check.ts';
import { fuzz, outcomeOf } from './support/fuzz.ts';
import { shapeOf } from './support/shape.ts';

const id = `${'a'.repeat(51)}a`;
const commands: readonly object[] = [
  { do: 'send', to: id, type: 'x', data: { $bytes: 'AQID' }, ref: 1 },
  { do: 'broadcast', type: 'x', data: { $escape: { $bytes: 1 } }, ref: 'r' },
  { do: 'request', to: id, type: 'x', data: [1, { a: null }], timeout: 5 },
  { do: 'requestAll', type: 'x', data: 'all', timeout: 5, each: true },
  { do: 'connect', address: '127.0.0.1', port: 1, id, ref: 2 },
  { do: 'disconnect', id },
  { do: 'peers' },
  { do: 'stop', ref: 3 },
];

test('lines of commands', () =>
  fuzz({
    name: 'command',
    samples: commands.map((command) => Buffer.from(`${JSON.stringify(command)}\n`)),
    words: [
      '"do"',
      '"ref"',
      '"$bytes"',
      '"$escape"',
      '9007199254740993',
      '[[[[[[[[',
      '\n',
      '\ufeff',
      '"__proto__"',
      '\\ud800',
    ],
    mostBytes: 8_192,
    run(input) {
      const said: string[] = [];
      const split = createLineSplitter(
        4_096,
        (line, intact) => {
          const reading = readCommand(line, intact);
          if ('error' in reading) {
            expect(reading.error).toBeInstanceOf(LanpeerError);
            said.push(reading.error.code);
            return;
          }
          const { asked } = reading;
          const data = 'data' in asked ? asked.data : null;
          const again = (value: unknown): string => {
            // What is told again is what was given.
            expect(fromJson(toJson(value))).toEqual(value);
            return `${asked.do} ${shapeOf(value)}`;
          };
          said.push(outcomeOf(['ERR_DATA'], () => fromJson(data), again));
        },
        () => void said.push('too long'),
      );
      for (let at = 0; at < input.byteLength; at += 1_000) split(input.subarray(at, at + 1_000));
      split(Buffer.from('\n'));
      return [...new Set(said)].slice(0, 4).join(' ');
    },
  }));

const directory = mkdtempSync(join(tmpdir(), 'lanpeer-fuzz-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

test('lines of a recording', () => {
  const file = join(directory, 'recording');
  const at = 1;
  const change = {
    id,
    state: 'connected',
    previous: 'connecting',
    reason: 'opened',
    code: null,
    via: 'tls',
    attempt: 1,
    next: null,
    gaveUp: false,
    at,
  };
  const hello = { t: 'hello', at, format, version: '1', id, name: 'n', port: 1, masked: false };
  const frames = [
    hello,
    { t: 'change', at, change },
    { t: 'peer', at, id, peer: null },
    { t: 'gap', at, left: 3 },
    { t: 'end', at },
  ];
  const text = (list: readonly object[]): Buffer =>
    Buffer.from(list.map((frame) => `${JSON.stringify(frame)}\n`).join(''));
  return fuzz({
    name: 'recording',
    samples: [text(frames), text([hello])],
    words: ['"t":', '"step"', '"__proto__"', '\n', 'null', '[[[[', '"value":{"a":{"b":{"c":"d"}}}'],
    mostBytes: 8_192,
    async run(input) {
      writeFileSync(file, input);
      try {
        const read = await readRecording(file);
        return [...new Set(read.map(({ t }) => t))].join(' ');
      } catch (thrown) {
        if (thrown instanceof LanpeerError && thrown.code === 'ERR_RECORDING') return thrown.code;
        throw thrown;
      }
    },
  });
});

test('requests to the inspector', () => {
  const keys = createKeys();
  const page = { type: 'text/html', body: '{{nonce}} secret page' };
  const replies = createReplies({
    assets: new Map([['/page/index.html', page]]) as never,
    keys,
    port: () => 4_711,
    recognised: () => undefined,
    mayBeOwnSocket: () => true,
  });
  const line = (method: string, url: string, headers: readonly string[]): Buffer =>
    Buffer.from([`${method} ${url}`, ...headers].join('\n'));
  return fuzz({
    name: 'inspector',
    samples: [
      line('GET', '/?token=abc', ['host: 127.0.0.1:4711']),
      line('GET', '/frames', ['host: localhost:4711', 'origin: http://localhost:4711', 'cookie: a=b; lanpeer-4711=x']),
      line('POST', '/links', ['host: 127.0.0.1:4711', 'authorization: Bearer abc']),
      line('GET', '//evil/..', ['host: 127.0.0.1:4711', 'sec-fetch-site: cross-site', 'sec-fetch-mode: navigate']),
    ],
    words: ['host: ', 'cookie: ', 'lanpeer-4711=', '__proto__', '%00', '?token=', 'http://', '\\', '@', '%ff', '///'],
    mostBytes: 4_096,
    run(input) {
      const [first = '', ...rest] = input.toString('latin1').split('\n');
      const [method, url] = first.split(' ');
      const headers = Object.fromEntries(rest.map((header) => header.split(': ', 2) as [string, string]));
      const request = { method, url, headers } as unknown as IncomingMessage;
      let said = '';
      const response = {
        writeHead(status: number) {
          said = String(status);
          return this;
        },
        end(body: string) {
          // A request without a key gets neither the page nor a link.
          expect(body).not.toContain('secret');
          expect(said).not.toBe('201');
        },
      };
      replies.answer(request, response as never);
      expect(replies.upgradeRefusal(request)).not.toBeNull();
      return `${said} ${checkRequest(request, 4_711)} ${cookiesOf(request, 'lanpeer-4711').length}`;
    },
  });
});
