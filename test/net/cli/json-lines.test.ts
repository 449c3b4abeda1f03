import { expect, test } from 'vitest';
import { connection, makeDirectory, makeKeyFile, response, start, startNode, startPair } from '../../support/cli.ts';

const run = ['run', '--json', '--open', '--ephemeral', '--no-discovery', '--interface', '127.0.0.1'];

async function startOne() {
  const cli = start(run);
  await cli.waitFor('ready', ({ event }) => event === 'ready');
  return cli;
}

test('the last line is taken without its end, a byte order mark and carriage returns are no part of it', async () => {
  const cli = await startOne();
  cli.child.stdin?.end('\ufeff{"do":"peers","ref":"first"}\r\n\r\n{"do":"stop","ref":"last"}');
  expect(await cli.exited).toBe(0);
  expect(cli.events.slice(1)).toEqual([
    { event: 'response', ref: 'first', ok: true, data: [] },
    { event: 'response', ref: 'last', ok: true, data: null },
    { event: 'stopped' },
  ]);
});

test('a reference may be a number; what is none is quoted in an error', async () => {
  const cli = await startOne();
  cli.write({ do: 'peers', ref: 7 });
  cli.write({ do: 'peers', ref: 0 });
  cli.write({ do: 'dance', ref: -1 });
  for (const ref of ['null', '[1]', '1.5', 'true', '9007199254740993']) cli.write(`{"do":"peers","ref":${ref}}`);
  cli.write({ do: 'stop', ref: 'end' });
  expect(await cli.exited).toBe(0);
  for (const quoted of ['null', '\\[1\\]', '1\\.5', 'true', '.*9007199254740993'])
    expect(cli.events).toContainEqual({
      event: 'error',
      code: 'ERR_COMMAND',
      message: expect.stringMatching(new RegExp(`; this one (is|would be rounded:) ${quoted}$`)),
    });
  expect(cli.events.find(response(-1))).toMatchObject({ ok: false, message: expect.stringMatching(/"dance"/) });
  for (const ref of [7, 0]) expect(cli.events.filter((event) => event['ref'] === ref)).toHaveLength(1);
  expect(cli.events.filter(({ event }) => event === 'error')).toHaveLength(5);
});

test('every line has one answer, whatever is wrong with it', async () => {
  const cli = await startOne();
  const lines: [string | Uint8Array, object][] = [
    ['nonsense', { event: 'error', code: 'ERR_COMMAND' }],
    ['{"do":"send","ref":"nan","to":"a","type":"b","data":NaN}', { event: 'response', ref: 'nan', ok: false }],
    [
      Buffer.from('{"do":"send","ref":"latin","to":"a","type":"b","data":"\xe9"}', 'latin1'),
      { ref: 'latin', ok: false },
    ],
    ['{"do":"peers","do":"stop","ref":"twice"}', { ref: 'twice', ok: false, code: 'ERR_COMMAND' }],
    ['{"do":"send","to":"a","type":"b","data":{"n":9007199254740993},"ref":"n"}', { ref: 'n', code: 'ERR_DATA' }],
    ['{"do":"send","to":"a","type":"b","data":"\\ud800","ref":"half"}', { ref: 'half', ok: false }],
    ['{"do":"peers","ref":"a\\u0000b"}', { ref: 'a\0b', ok: true }],
    ['{"do":"peers"}', { event: 'response', ok: true, data: [] }],
    ['{"do":"send","to":"a","type":"b"}', { event: 'error', code: 'ERR_NO_PEER' }],
    ['{"do":"peers\0"}', { event: 'error', code: 'ERR_COMMAND' }],
  ];
  for (const [at, [line, answer]] of lines.entries()) {
    const from = cli.events.length;
    cli.child.stdin?.write(line);
    cli.write('');
    cli.write({ do: 'stats', ref: at });
    const isNext = response(at);
    await cli.waitFor('the next', isNext);
    const mine = await cli.waitFor('the answer', (event) => !isNext(event), { from });
    expect([line, mine]).toEqual([line, expect.objectContaining(answer)]);
  }
  expect(cli.events).toHaveLength(1 + 2 * lines.length);
});

test('numbers come out as they went in', async () => {
  const { a, b } = await startPair();
  const data = '[0.1,1e300,9007199254740991,-9007199254740991,5e-324]';
  a.cli.write(`{"do":"send","to":"${b.id}","type":"n","data":${data},"ref":1}`);
  expect(await b.cli.waitFor('n', ({ event }) => event === 'message')).toMatchObject({ data: JSON.parse(data) });
  expect(await a.cli.waitFor('delivered', ({ event }) => event === 'delivered')).toEqual({
    event: 'delivered',
    ref: 1,
    to: b.id,
  });
});

test('bytes of 40 MB cross as one line each way', {
  timeout: 120_000,
}, async () => {
  const keyFile = await makeKeyFile();
  const more = ['--transport', 'tls'];
  const a = await startNode({ keyFile, state: await makeDirectory(), more });
  const b = await startNode({ keyFile, state: await makeDirectory(), more });
  await a.cli.waitFor('connected', connection(b.id, 'connected'));
  const bytes = Buffer.alloc(40_000_000, 'lanpeer');
  const data = { $bytes: bytes.toString('base64') };
  a.cli.write({ do: 'request', to: b.id, type: 'echo', data, timeout: 60_000, ref: 1 });
  const echoed = await a.cli.waitFor('the echo', response(1), { timeMs: 60_000 });
  expect(echoed['ok']).toBe(true);
  expect((echoed['data'] as typeof data).$bytes === data.$bytes).toBe(true);
});
