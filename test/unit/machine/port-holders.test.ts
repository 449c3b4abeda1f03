import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readMdnsPort } from '../../../src/adapters/machine/mdns-port.ts';
import { describeHolders } from '../../../src/util/describe-holders.ts';
import { findPortHolders } from '../../../src/util/port-holders.ts';
import { newDirectory } from '../../support/directory.ts';

const row = (no: number, port: string, uid: number, inode: number): string =>
  `  ${no}: 00000000:${port} 00000000:0000 07 00000000:00000000 00:00000000 00000000  ${uid}        0 ${inode} 2 0 0\n`;

async function makeRoot(): Promise<string> {
  const root = newDirectory();
  mkdirSync(join(root, 'proc/net'), { recursive: true });
  mkdirSync(join(root, 'etc/avahi'), { recursive: true });
  writeFileSync(
    join(root, 'proc/net/udp'),
    `  sl local\n${row(1, '14E9', 109, 11)}${row(2, '14E9', 0, 22)}${row(3, '14EA', 0, 33)}`,
  );
  writeFileSync(join(root, 'etc/passwd'), 'root:x:0:0::/:/bin/sh\navahi:x:109:1::/:/bin/false\n');
  return root;
}

function addProcess(root: string, pid: number, name: string, inode: number): void {
  const folder = join(root, 'proc', String(pid), 'fd');
  mkdirSync(folder, { recursive: true });
  symlinkSync('/dev/null', join(folder, '0'));
  symlinkSync(`socket:[${inode}]`, join(folder, '5'));
  writeFileSync(join(root, 'proc', String(pid), 'comm'), `${name}\n`);
}

test('who has a UDP port: by name where it can be seen, else by user', async () => {
  const root = await makeRoot();
  addProcess(root, 7, 'evil\u001b[2J', 22);
  addProcess(root, process.pid, 'node', 33);
  const holders = await findPortHolders(5_353, root);
  expect(holders).toEqual([
    { program: null, pid: null, user: 'avahi', isOwn: false },
    { program: 'evil\u001b[2J', pid: 7, user: 'root', isOwn: false },
  ]);
  expect(describeHolders(holders)).toBe('a program of the user avahi, evil\\u{1b}[2J (pid 7)');
  expect(await findPortHolders(5_354, root)).toMatchObject([{ pid: process.pid, isOwn: true }]);
  expect(describeHolders(await findPortHolders(5_354, root))).toBeUndefined();
});

test('nothing is known where there is no such table', async () => {
  expect(await findPortHolders(5_353, newDirectory())).toBeNull();
  expect(describeHolders(null)).toBeUndefined();
});

test.each([
  ['[server]\ndisallow-other-stacks=yes\n', true],
  ['[server]\n#disallow-other-stacks=yes\n', false],
  ['', false],
])('what Avahi is told about other programs: %j', async (config, disallows) => {
  const root = await makeRoot();
  writeFileSync(join(root, 'etc/avahi/avahi-daemon.conf'), config);
  expect(await readMdnsPort(root, 'me', false)).toMatchObject({ sharing: 'unknown', avahiDisallows: disallows });
});
