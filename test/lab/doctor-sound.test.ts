import { describe, expect, test } from 'vitest';
import { examine } from './support/doctor.ts';
import { withLab } from './support/lab.ts';
import { skipped } from './support/namespace.ts';

/** Each host runs the doctor that often. */
const runs = Math.max(1, Math.ceil(Number(process.env['LANPEER_DOCTOR_RUNS'] ?? 4) / 4));

describe.skipIf(skipped())('on a sound network', () => {
  test(`lanpeer doctor finds no fault: ${4 * runs} times`, { timeout: 120_000 + runs * 60_000 }, () =>
    withLab({ hosts: 4 }, async (lab) => {
      await Promise.all(lab.hosts.map((host) => lab.start(host)));
      for (let run = 0; run < runs; run += 1) {
        const all = await Promise.all(lab.hosts.map((host) => examine(host, ['--key-file', lab.keyFile])));
        for (const { code, diagnosis, faults } of all) {
          expect(faults, diagnosis.verdict).toEqual([]);
          expect([code, diagnosis.status], diagnosis.verdict).toEqual([0, 'ok']);
        }
      }
    }),
  );
});
