import { BehaviorSubject } from 'rxjs';
import { expect, test } from 'vitest';
import type { Device } from '../../../src/api/devices.ts';
import { parseDoctor } from '../../../src/cli/args/doctor.ts';
import { awaitDevice } from '../../../src/cli/doctor/await-device.ts';
import { formatDiagnosis } from '../../../src/cli/doctor/format.ts';
import { withoutPeer } from '../../../src/cli/doctor/without-peer.ts';
import { judge } from '../../../src/diagnosis/judge.ts';
import { limits } from '../../../src/limits.ts';
import { createVirtualClock } from '../../../src/testing/virtual-clock.ts';
import { factsWith, tablet } from '../../support/diagnosis-facts.ts';

const misfit = judge(factsWith({ node: { devices: [{ ...tablet, misfit: 'key' }] } }));
const sound = judge(factsWith());

test('a line for each check, what was seen of what is not well, what to do, and the verdict', () => {
  const lines = formatDiagnosis(misfit, false).split('\n');
  expect(lines[0]).toBe('✓ network      This machine has the address 192.168.1.7.');
  const at = lines.findIndex((line) => line.startsWith('✗ access'));
  expect(lines.slice(at, at + 3)).toEqual([
    '✗ access       tablet (tttttttt) is heard and has another network key.',
    '               tablet (tttttttt) has another network key',
    '               → Give both the same network key, if they are meant to be of one network.',
  ]);
  expect(lines.slice(-3)).toEqual(['', misfit.verdict, '']);
  expect(lines.some((line) => line.startsWith('? udp'))).toBe(true);
  expect(formatDiagnosis(sound, false)).not.toContain('eth0 (wired)');
  expect(formatDiagnosis(sound, true)).toContain('               eth0 (wired) has 192.168.1.7');
});

test('nothing in it reaches a terminal as a command, whoever made it', () => {
  const [check] = sound.checks;
  if (!check) throw new Error('there is no check');
  const evil = { ...check, status: 'fault' as const, summary: 'a\u001b[2J', evidence: ['b\u0007'], next: 'c\r' };
  const text = formatDiagnosis({ ...sound, checks: [evil], verdict: 'd\u202e' }, true);
  expect(text.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}]/u);
  expect(text).toContain('a\\u{1b}[2J');
});

test('a peer that is not heard is a fault, after those of this machine', () => {
  expect(withoutPeer(sound, 'pho\u001bne')).toMatchObject({
    status: 'fault',
    cause: 'peer-heard',
    peer: 'pho\u001bne',
  });
  expect(withoutPeer(sound, 'phone').verdict).toMatch(/^No device is heard whose name or id begins with phone\. Look/);
  const both = withoutPeer(misfit, 'phone');
  expect(both.cause).toBe('access');
  expect(both.verdict).toMatch(/^tablet .*No device is heard/);
});

test('what it is asked for', () => {
  const environment = { XDG_STATE_HOME: '/state' };
  const parsed = parseDoctor(['tablet', '-v', '--wait', '3'], environment);
  expect(parsed).toMatchObject({
    target: { prefix: 'tablet' },
    verbose: true,
    waitMs: 3_000,
    stateDir: '/state/lanpeer',
  });
  expect(parseDoctor([], environment)).toMatchObject({ target: undefined, verbose: false, waitMs: 10_000 });
  expect(() => parseDoctor(['a', 'b'], environment)).toThrow(/one peer/);
  expect(() => parseDoctor(['a', '--no-discovery'], environment)).toThrow(/ADDRESS:PORT/);
});

test('the device that is meant is awaited, and another one that fits is told of', async () => {
  const clock = createVirtualClock();
  const devices$ = new BehaviorSubject<ReadonlyMap<string, Device>>(new Map());
  const device = (id: string, name: string): [string, Device] => [id, { ...tablet, id, name } as unknown as Device];
  const ask = () => {
    const { signal } = new AbortController();
    return awaitDevice({ devices$ }, { prefix: 'tab' }, { waitMs: 5_000, signal, clock });
  };
  const nobody = ask();
  await clock.advanceAsync(5_000);
  expect(await nobody).toBeUndefined();
  const one = ask();
  devices$.next(new Map([device('a', 'tablet'), device('b', 'phone')]));
  await clock.advanceAsync(limits.cli.othersMs);
  expect((await one)?.id).toBe('a');
  const two = expect(ask()).rejects.toMatchObject({ code: 'ERR_AMBIGUOUS' });
  devices$.next(new Map([device('a', 'tablet'), device('c', 'table')]));
  await clock.advanceAsync(limits.cli.othersMs);
  await two;
});
