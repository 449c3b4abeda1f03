import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import { createOutput } from '../../../src/cli/output.ts';
import { limits } from '../../../src/limits.ts';

const event = { event: 'message', data: 'x'.repeat(65_536) };

function fill() {
  const stream = new PassThrough();
  let closed = 0;
  const output = createOutput(stream, () => {
    closed += 1;
  });
  let written = 0;
  for (; output.room() === undefined && written < 1_000; written += 1) output.write(event);
  return { stream, output, written, closed: () => closed };
}

test('one object a line, bytes in their form', async () => {
  const stream = new PassThrough();
  const output = createOutput(stream, () => undefined);
  output.write({ event: 'message', data: { text: 'two\nlines', bytes: new Uint8Array([0, 1, 2]) } });
  output.write({ event: 'stopped' });
  await output.flushed();
  expect(String(stream.read())).toBe(
    '{"event":"message","data":{"text":"two\\nlines","bytes":{"$bytes":"AAEC"}}}\n{"event":"stopped"}\n',
  );
});

test('with so much unread there is no room, until it has been read', async () => {
  const { stream, output, written } = fill();
  const least = limits.cli.outputBytes / 65_600;
  expect(written).toBeGreaterThan(least);
  expect(written).toBeLessThan(least + 4);
  const room = output.room();
  expect(output.room()).toBe(room);
  stream.resume();
  await room;
  expect(output.room()).toBeUndefined();
});

test('when the reader is gone, reports it once, and does not wait for it', async () => {
  const { stream, output, closed } = fill();
  const room = output.room();
  stream.destroy();
  await room;
  expect(closed()).toBe(1);
  expect(output.room()).toBeUndefined();
  output.write(event);
  await output.flushed();
});

test('a line of any length goes out in pieces', async () => {
  const stream = new PassThrough();
  const sizes: number[] = [];
  const parts: Buffer[] = [];
  stream.on('data', (chunk: Buffer) => {
    sizes.push(chunk.byteLength);
    parts.push(chunk);
  });
  const output = createOutput(stream, () => undefined);
  const data = { text: '\u0001'.repeat(3 * limits.cli.pieceChars), bytes: new Uint8Array(limits.cli.pieceChars) };
  output.write({ event: 'message', data });
  await output.flushed();
  expect(sizes.length).toBeGreaterThan(3);
  const line = Buffer.concat(parts).toString();
  expect(line.indexOf('\n')).toBe(line.length - 1);
  expect(JSON.parse(line).data.text === data.text).toBe(true);
});

test('when a reader is slow, keeps the newest of each subject that cannot be held back, and says so', async () => {
  const { stream, output, written } = fill();
  const unread = stream.writableLength;
  for (let no = 0; no < 100_000; no += 1) {
    output.tell({ event: 'session', id: 'p', change: 'gap', at: no });
    output.tell({ event: 'connection', id: 'p', state: no % 2 ? 'connected' : 'connecting' });
    output.tell({ event: 'error', code: 'ERR_PROTOCOL', message: String(no) });
  }
  expect(stream.writableLength).toBe(unread);
  const flushed = output.flushed();
  let text = '';
  stream.on('data', (chunk: Buffer) => {
    text += chunk;
  });
  await flushed;
  const lines = text.trimEnd().split('\n');
  expect(lines).toHaveLength(written + 4);
  expect(lines.slice(written).map((line) => JSON.parse(line))).toEqual([
    { event: 'skipped', count: 299_997 },
    { event: 'session', id: 'p', change: 'gap', at: 99_999 },
    { event: 'connection', id: 'p', state: 'connected' },
    { event: 'error', code: 'ERR_PROTOCOL', message: '99999' },
  ]);
});

test('subjects that wait are few', async () => {
  const { stream, output } = fill();
  const { heldEvents } = limits.cli;
  for (let no = 0; no < 3 * heldEvents; no += 1) output.tell({ event: 'device', id: `d${no}`, change: 'found' });
  let text = '';
  stream.on('data', (chunk: Buffer) => {
    text = (text + chunk).slice(-100_000);
  });
  await output.flushed();
  expect(text).toContain(`{"event":"skipped","count":${2 * heldEvents}}`);
  expect(text.match(/"device"/g)).toHaveLength(heldEvents);
});
