import { execFile } from 'node:child_process';
import { join } from 'node:path';
import type { Check, CheckId, Diagnosis } from '../../../src/index.ts';
import { packageRoot } from '../../../src/util/package-root.ts';
import type { Host } from './hosts.ts';

const main = join(packageRoot, 'dist', 'cli', 'main.js');

/** What `lanpeer doctor --json` said on a host. */
export interface Examined {
  readonly code: unknown;
  readonly diagnosis: Diagnosis;
  check(id: CheckId): Check;
  /** Ids of the checks that found a fault. */
  readonly faults: readonly CheckId[];
}

/** Runs `lanpeer doctor` on a host, without an identity unless it is given one. */
export function examine(host: Host, args: readonly string[] = [], identity = ['--ephemeral']): Promise<Examined> {
  const [program = '', ...words] = [...host.prefix, process.execPath, main, 'doctor', '--json', ...identity, ...args];
  return new Promise((resolve, reject) => {
    execFile(program, words, { timeout: 60_000 }, (error, stdout, stderr) => {
      const code = error ? error.code : 0;
      let diagnosis: Diagnosis;
      try {
        diagnosis = JSON.parse(stdout);
      } catch {
        reject(new Error(`lanpeer doctor ended with ${code}, said ${stdout} and ${stderr}`));
        return;
      }
      resolve({
        code,
        diagnosis,
        check(id) {
          const found = diagnosis.checks.find((one) => one.id === id);
          if (!found) throw new Error(`there is no check ${id}: ${stdout}`);
          return found;
        },
        faults: diagnosis.checks.filter(({ status }) => status === 'fault').map(({ id }) => id),
      });
    });
  });
}

/** All that a check says, on one line. */
export const allOf = ({ summary, evidence, next = '' }: Check): string => [summary, ...evidence, next].join(' | ');
