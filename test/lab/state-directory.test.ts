import { spawnSync } from 'node:child_process';
import { chmodSync, chownSync, mkdirSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, test } from 'vitest';
import { takeLock } from '../../src/adapters/identity/lock.ts';
import { readDeviceId, stateDirectoryIdentity } from '../../src/adapters/identity/state-directory.ts';
import { systemClock } from '../../src/environment.ts';
import { newDirectory } from '../support/directory.ts';
import { forkIdentityProcess } from '../support/identity-fork.ts';
import { skipped, works } from './support/namespace.ts';

const inUse = /^ERR_STATE_IN_USE /;
/** As in a container: it is process 1 there, and `/proc` shows no other process. */
const container = ['unshare', '--pid', '--fork', '--mount-proc', '--kill-child'];
const script = fileURLToPath(new URL('../support/identity-process.ts', import.meta.url));

const noNamespaces = (): string | undefined =>
  works('unshare', ['--pid', '--fork', '--mount-proc', 'true']) ? undefined : 'pid namespaces cannot be made here';

let release: () => Promise<void> = () => Promise.resolve();
afterEach(async () => {
  await release();
  release = () => Promise.resolve();
});

function made(mode: number): string {
  const directory = newDirectory();
  mkdirSync(directory, { recursive: true });
  chmodSync(directory, mode);
  return directory;
}

/** What the identity process says to `open`, run by a shell in a mount namespace of its own after some commands. */
function openAfter(commands: string, directory: string): string {
  const shell = `set -e; ${commands}; printf 'open\\nexit\\n' | "${process.execPath}" ${script} ${directory}`;
  const { stdout, stderr } = spawnSync('unshare', ['-m', 'sh', '-c', shell], { encoding: 'utf8' });
  return stdout.replace(/^ready\n/, '') + stderr;
}

describe.skipIf(skipped(noNamespaces))('a state directory among namespaces', () => {
  test('of two containers on one volume one has it, and after its end the other', async () => {
    const directory = newDirectory();
    const [a, b] = [await forkIdentityProcess(directory, container), await forkIdentityProcess(directory, container)];
    expect(await a.open()).toMatch(/^open/);
    expect(await b.open()).toMatch(inUse);
    await a.kill();
    // The kernel ends what was in the namespace; only then is the lock free.
    await expect.poll(() => b.open(), { timeout: 30_000 }).toMatch(/^open/);
  });

  test('a container keeps its host out, and a host its containers', async () => {
    const directory = newDirectory();
    const inside = await forkIdentityProcess(directory, container);
    expect(await inside.open()).toMatch(/^open/);
    await expect(takeLock(directory)).rejects.toMatchObject({ code: 'ERR_STATE_IN_USE' });
    expect(await inside.tell('release')).toBe('released');
    release = await takeLock(directory);
    expect(await inside.open()).toMatch(inUse);
  });

  test('a volume that is mounted at another path is the same directory', async () => {
    const directory = made(0o700);
    const other = made(0o700);
    release = await takeLock(directory);
    expect(openAfter(`mount --bind ${directory} ${other}`, other)).toMatch(inUse);
  });

  test('a file system that is read-only, or full, is told as such', async () => {
    const directory = made(0o700);
    expect(
      openAfter(`mount --bind ${directory} ${directory}; mount -o remount,bind,ro ${directory}`, directory),
    ).toMatch(/^ERR_STATE_DIR .*read-only/);
    const fill = `dd if=/dev/zero of=${directory}/fill bs=1k 2>/dev/null || true`;
    expect(openAfter(`mount -t tmpfs -o size=64k,mode=700 tmpfs ${directory}; ${fill}`, directory)).toMatch(
      /^ERR_STATE_DIR .*ENOSPC.*Free some space/,
    );
    expect(openAfter(`mount -t tmpfs -o nr_inodes=1,mode=700 tmpfs ${directory}`, directory)).toMatch(
      /^ERR_STATE_DIR .*ENOSPC/,
    );
  });

  test('when a fresh volume is writable for all users, keeps its mode', async () => {
    const directory = made(0o700);
    const said = openAfter(
      `mount -t tmpfs -o mode=777 tmpfs ${directory}; trap 'stat -c %a:%n ${directory} ${directory}/lanpeer' EXIT`,
      directory,
    );
    expect(said).toMatch(/^open/);
    expect(said).toContain(`777:${directory}\n700:${directory}/lanpeer`);
  });
});

describe.skipIf(skipped())('a state directory among users', () => {
  const nobody = 65_534;

  test('when a directory is writable for all users, refuses what another user put there', async () => {
    const directory = made(0o1777);
    const theirs = join(directory, 'lanpeer');
    await readDeviceId(theirs);
    for (const path of [theirs, join(theirs, 'key.pem')]) chownSync(path, nobody, nobody);
    const store = stateDirectoryIdentity({ directory, clock: systemClock });
    await expect(store.open()).rejects.toMatchObject({ code: 'ERR_STATE_DIR' });
    await expect(store.open()).rejects.toThrow(/not a directory of this user's/);
    expect(readdirSync(theirs)).toEqual(['key.pem']);
  });

  test('so is a key of another user in a directory that others may look into', async () => {
    const directory = newDirectory();
    await readDeviceId(directory);
    chmodSync(directory, 0o777);
    chownSync(join(directory, 'key.pem'), nobody, nobody);
    await expect(readDeviceId(directory)).rejects.toThrow(/its key.pem is not a file of this user's/);
  });

  test('a directory that only another user may look into can be used by root, as in a container', async () => {
    const directory = made(0o700);
    chownSync(directory, nobody, nobody);
    const identity = await stateDirectoryIdentity({ directory, clock: systemClock }).open();
    await identity.release();
    expect(readdirSync(directory)).toContain('key.pem');
  });

  test('when the user may not write, says so', async () => {
    const directory = made(0o755);
    for (const path of [directory, dirname(directory), dirname(dirname(directory))]) chmodSync(path, 0o755);
    const { stdout } = spawnSync(process.execPath, [script, directory], {
      encoding: 'utf8',
      input: 'open\nexit\n',
      uid: nobody,
    });
    expect(stdout).toMatch(/ERR_STATE_DIR .*EACCES.*let this user write to it/);
  });
});
