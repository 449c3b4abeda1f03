import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { allOf, examine } from './support/doctor.ts';
import { addFirewall } from './support/firewall.ts';
import { withLab } from './support/lab.ts';
import { makeFleet } from './support/lab-node.ts';
import { skipped } from './support/namespace.ts';

describe.skipIf(skipped())('lanpeer doctor names what keeps it from a device', { concurrent: true }, () => {
  test('it has another network key', () =>
    withLab({ hosts: 2 }, async (lab) => {
      const [host, other] = lab.hosts;
      const others = makeFleet();
      try {
        await lab.start(other);
        const { code, diagnosis } = await examine(host, ['--key-file', others.keyFile]);
        expect([code, diagnosis.cause]).toEqual([1, 'access']);
        expect(diagnosis.verdict).toMatch(/^host2 \(\w{8}\) is heard and has another network key\..*same network key/);
      } finally {
        await others.end();
      }
    }));

  test('this node has no key', () =>
    withLab({ hosts: 2 }, async (lab) => {
      const [host, other] = lab.hosts;
      await lab.start(other);
      const { code, diagnosis } = await examine(host, ['--open']);
      expect([code, diagnosis.cause]).toEqual([1, 'access']);
      expect(diagnosis.verdict).toMatch(/host2 .*has a network key, which this node does not have.*Give this node/);
      // What was not said is not wrong.
      const unsaid = await examine(host);
      expect(unsaid.faults).toEqual([]);
      expect(unsaid.check('access').status).toBe('unknown');
    }));

  test('it is denied', () =>
    withLab({ hosts: 2 }, async (lab) => {
      const [host, other] = lab.hosts;
      const { id } = await lab.start(other);
      const { code, diagnosis } = await examine(host, ['--key-file', lab.keyFile, '--deny', id]);
      expect([code, diagnosis.cause]).toEqual([1, 'access']);
      expect(diagnosis.verdict).toMatch(/host2 .*has an id that is on the deny-list/);
    }));

  test('it is not on the allow-list', () =>
    withLab({ hosts: 2 }, async (lab) => {
      const [host, other] = lab.hosts;
      const { id } = await lab.start(other);
      const someone = 'a'.repeat(52);
      const { code, diagnosis } = await examine(host, ['--key-file', lab.keyFile, '--allow', someone]);
      expect([code, diagnosis.cause]).toEqual([1, 'access']);
      expect(diagnosis.verdict).toContain(`--allow ${id}`);
    }));

  test.each([
    ['drops', 'drop', /no answer: a firewall there or here drops it/],
    ['rejects', 'reject with tcp reset', /refused/],
  ])('a firewall there %s TCP', (_, how, text) =>
    withLab({ hosts: 2 }, async (lab) => {
      const [host, other] = lab.hosts;
      addFirewall(other, { in: [`iifname != "lo" tcp flags & (syn | ack) == syn ${how}`] });
      const { port } = await lab.start(other);
      const { code, diagnosis, check } = await examine(host, ['--key-file', lab.keyFile]);
      expect([code, diagnosis.cause]).toEqual([1, 'tcp']);
      expect(allOf(check('tcp'))).toMatch(text);
      expect(allOf(check('tcp'))).toContain(`host2`);
      expect(diagnosis.verdict).toContain(`Allow TCP port ${port} in the firewall there (sudo ufw allow ${port}/tcp`);
      expect(diagnosis.verdict).toContain(`--port ${port}`);
    }),
  );

  test('a firewall here lets no TCP out', () =>
    withLab({ hosts: 2 }, async (lab) => {
      const [host, other] = lab.hosts;
      addFirewall(host, { out: ['oifname != "lo" meta l4proto tcp drop'] });
      await lab.start(other);
      const { code, diagnosis, check } = await examine(host, ['--key-file', lab.keyFile]);
      expect([code, diagnosis.cause]).toEqual([1, 'tcp']);
      expect(allOf(check('tcp'))).toMatch(/a firewall there or here drops it/);
    }));

  test('it has the identity of this device', () =>
    withLab({ hosts: 2 }, async (lab) => {
      const [host, other] = lab.hosts;
      await lab.start(other);
      const copy = join(lab.directory, 'copy');
      cpSync(join(lab.directory, 'host2'), copy, { recursive: true });
      const { code, diagnosis } = await examine(host, ['--key-file', lab.keyFile], ['--state', copy]);
      expect([code, diagnosis.cause]).toEqual([1, 'identity']);
      expect(diagnosis.verdict).toMatch(/Another device has this identity: 10\.77\.0\.2:\d+\. .*lanpeer id --new/);
    }));

  test('the peer that is asked for is not there', () =>
    withLab({ hosts: 2 }, async (lab) => {
      const [host, other] = lab.hosts;
      await lab.start(other);
      const { code, diagnosis } = await examine(host, ['--key-file', lab.keyFile, '--wait', '3', 'tablet']);
      expect([code, diagnosis.cause]).toEqual([1, 'peer-heard']);
      expect(diagnosis.verdict).toMatch(/No device is heard whose name or id begins with tablet/);
    }));
});
