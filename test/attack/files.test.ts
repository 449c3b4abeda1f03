import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { entryFrame } from '../../src/files/entry.ts';
import { createNode, type LanpeerNode, makeNetworkKey } from '../../src/index.ts';
import { limits } from '../../src/limits.ts';
import { makeDirectory, start } from '../support/cli.ts';
import { is, mostMemoryOf } from '../support/file-commands.ts';
import { makeFiles } from '../support/file-transfers.ts';
import { whenTestEnds } from '../support/hooks.ts';
import { file, folder, offerOf, piece, sendRaw, wholeFile } from '../support/raw-sender.ts';

const nodes: LanpeerNode[] = [];
whenTestEnds(async () => {
  await Promise.all(nodes.splice(0).map((node) => node.stop()));
});

const attackMs = 5_000;
const mostBytes = 150_000_000;
const million = limits.files.entries;
const { pieceBytes, receivingPerPeer } = limits.files;
const deep = `${'d/'.repeat(limits.files.depth - 2)}`;

/** Frames without an end, and what they were offered as. */
const attacks: Readonly<Record<string, readonly [offer: object, frames: (no: number) => Uint8Array]>> = {
  'a million files': [{ entries: million, files: million, bytes: 0 }, (no) => wholeFile(`${no}`, Buffer.alloc(0))],
  'a million files in one folder': [
    { entries: million, files: million - 1, bytes: 0 },
    (no) => (no === 0 ? folder('d') : wholeFile(`d/${no}`, Buffer.alloc(0))),
  ],
  'a million folders': [{ entries: million, files: 0, bytes: 0 }, (no) => folder(`${'n'.repeat(240)}${no}`)],
  'one name a million times': [
    { entries: million, files: million - 1, bytes: 0 },
    (no) => (no === 0 ? folder('d') : wholeFile('d/a', Buffer.alloc(0))),
  ],
  'names as long as they may be': [
    { entries: million, files: 0, bytes: 0 },
    (no) => entryFrame({ kind: 'folder', path: deep + 'n'.repeat(200) + no, size: 0, modified: 0 }),
  ],
  'a large file without an end': [
    { bytes: 2_000_000_000 },
    (no) => (no === 0 ? file('a', 2_000_000_000) : piece(Buffer.alloc(pieceBytes))),
  ],
  'a pipe that never ends': [
    { bytes: null, resumable: false },
    (no) =>
      no === 0 ? entryFrame({ kind: 'stream', path: 'a', size: 0, modified: 0 }) : piece(Buffer.alloc(pieceBytes)),
  ],
};

/** A command that takes files from everybody, and a member of its network. */
async function setUp() {
  const networkKey = makeNetworkKey();
  const [into, from] = [await makeDirectory(), await makeDirectory()];
  const keyFile = join(from, 'key');
  await writeFile(keyFile, networkKey, { mode: 0o600 });
  const common = ['--json', '--interface', '127.0.0.1', '--no-discovery', '--key-file', keyFile, '--ephemeral'];
  const receiver = start(['receive', into, '--yes', ...common]);
  const { port, id } = await receiver.waitFor('ready', is('ready'));
  const member = createNode({ name: 'member', access: { networkKey }, interfaces: ['127.0.0.1'], discovery: false });
  nodes.push(member);
  await member.start();
  await member.connect({ address: '127.0.0.1', port: Number(port), id: String(id) });
  const send = (...paths: readonly string[]) => start(['send', `127.0.0.1:${port}`, ...paths, ...common]);
  return { receiver, member, id: String(id), into, from, send };
}

test.each(Object.keys(attacks))('%s: memory stays bounded, and others are served', async (name) => {
  const { receiver, member, id, into, from, send } = await setUp();
  const [offer, frame] = attacks[name] ?? [{}, () => Buffer.alloc(0)];
  await makeFiles(from, { honest: 100_000 });
  const stream = await sendRaw(member, id, offerOf(offer), []);
  stream.readable.pipeTo(new WritableStream()).catch(() => undefined);
  const writer = stream.writable.getWriter();
  const until = performance.now() + attackMs;
  const flooding = (async () => {
    for (let no = 0; performance.now() < until; no += 1) await writer.write(frame(no));
  })().catch(() => undefined);
  const honest = send(join(from, 'honest'));
  expect(await honest.exited, honest.log).toBe(0);
  await flooding;
  expect(mostMemoryOf(receiver)).toBeLessThan(mostBytes);
  stream.abort();
  await receiver.waitFor('failed', is('failed'), { timeMs: 60_000 });
  expect(await readdir(into)).toContain('honest');
});

test('offers without an end: a few are under way, the others are refused', async () => {
  const { receiver, member, id } = await setUp();
  const streams = await Promise.all(
    Array.from({ length: 50 }, (_, no) => sendRaw(member, id, offerOf({ names: [`${no}`] }), [])),
  );
  const ends = streams.map((stream) =>
    stream.readable
      .getReader()
      .read()
      .then(
        () => 'taken',
        ({ remoteCode }) => String(remoteCode),
      ),
  );
  const outcomes = await Promise.all(ends);
  expect(outcomes.filter((one) => one === 'taken')).toHaveLength(receivingPerPeer);
  expect(outcomes.filter((one) => one === 'ERR_BUSY')).toHaveLength(50 - receivingPerPeer);
  expect(mostMemoryOf(receiver)).toBeLessThan(mostBytes);
});
