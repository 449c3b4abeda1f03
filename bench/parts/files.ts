import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, open, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeNetworkKey } from '../../src/index.ts';
import { type CliEvent, type CliProcess, startCli } from '../../src/testing/cli-process.ts';
import { stackNamed } from '../stacks/index.ts';
import type { Part, Subject } from '../support/part.ts';
import { stackSubjects } from '../support/stack-subjects.ts';

const chunk = 65_536;
const gibibyte = 1_073_741_824;
const plain = stackNamed('plain ws over TLS');

/** Files in memory, where there are any: a disk would be measured otherwise. */
const root = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();

const is =
  (name: string) =>
  ({ event }: CliEvent): boolean =>
    event === name;

/** Most memory that a process had, MB; nothing where the system does not tell. */
function mostMegabytesOf({ pid }: CliProcess): number | undefined {
  if (!existsSync(`/proc/${pid}/status`)) return undefined;
  const kilobytes = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return kilobytes === undefined ? undefined : (Number(kilobytes) * 1_024) / 1e6;
}

async function makeFile(path: string, bytes: number): Promise<void> {
  const block = randomBytes(1_048_576);
  const file = await open(path, 'w');
  for (let at = 0; at < bytes; at += block.byteLength) {
    block.writeUInt32LE(at / block.byteLength);
    await file.write(block);
  }
  await file.close();
}

/** `lanpeer send` and `lanpeer receive`: from the offer until the file has its name, its bytes hashed on both sides. */
function commands(bytes: number): Subject {
  return {
    name: 'lanpeer send, receive',
    base: plain.name,
    async measure(add) {
      const folder = await mkdtemp(join(root, 'lanpeer-bench-'));
      const started: CliProcess[] = [];
      const start = (name: string, ...args: readonly string[]): CliProcess => {
        const key = ['--key-file', join(folder, 'key'), '--ephemeral', '--name', name];
        const cli = startCli([...args, '--json', '--interface', '127.0.0.1', '--no-discovery', ...key]);
        started.push(cli);
        return cli;
      };
      try {
        await writeFile(join(folder, 'key'), `${makeNetworkKey()}\n`, { mode: 0o600 });
        await mkdir(join(folder, 'in'));
        await makeFile(join(folder, 'file'), bytes);
        const receiver = start('shelf', 'receive', join(folder, 'in'), '--yes');
        const { port } = await receiver.waitFor('ready', is('ready'));
        const sender = start('desk', 'send', `127.0.0.1:${port}`, join(folder, 'file'));
        await receiver.waitFor('offer', is('offer'), { timeMs: 30_000 });
        const begun = performance.now();
        await sender.waitFor('sent', is('sent'), { timeMs: 120_000 });
        add('rate', bytes / 1e3 / (performance.now() - begun));
        for (const [row, one] of [
          ['near', sender],
          ['far', receiver],
        ] as const) {
          const megabytes = mostMegabytesOf(one);
          if (megabytes !== undefined) add(row, megabytes);
        }
      } finally {
        for (const one of started) one.kill('SIGKILL');
        await Promise.all(started.map(({ exited }) => exited));
        await rm(folder, { recursive: true, force: true });
      }
    },
  };
}

export const files: Part = {
  name: 'files',
  title: 'A file of 1 GiB, hashed on both sides',
  underLoss: true,
  limitSeconds: 300,
  rows: [
    { key: 'rate', title: 'rate', unit: 'MB/s', better: 'more' },
    { key: 'near', title: 'most memory of the sender', unit: 'MB', better: 'less' },
    { key: 'far', title: 'most memory of the receiver', unit: 'MB', better: 'less' },
  ],
  subjects: ({ quick }) => {
    const bytes = quick ? gibibyte / 16 : gibibyte;
    const [base] = stackSubjects([plain], async (driver, add) => {
      await driver.flood(chunk, Math.ceil(bytes / 16 / chunk));
      const { seconds } = await driver.flood(chunk, bytes / chunk);
      add('rate', bytes / 1e6 / seconds);
    });
    return base ? [base, commands(bytes)] : [];
  },
};
