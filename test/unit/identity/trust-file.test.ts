import { chmod, readFile, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';
import { trustFile } from '../../../src/adapters/identity/trust-file.ts';
import { createNode, limits } from '../../../src/index.ts';
import { formatTrust, parseTrust, type TrustRecord } from '../../../src/protocol/trust-record.ts';
import { newFile } from '../../support/directory.ts';

const idOf = (no: number): string => `${'abcdefghijklmnopqrstuvwxyz'[no % 26]}${'b'.repeat(50)}a`;
const full: TrustRecord = {
  trusted: Array.from({ length: 1_024 }, (_, no) => ({ id: idOf(no), name: '\u0001'.repeat(63), at: 2 ** 53 - 1 })),
  revoked: Array.from({ length: 1_024 }, (_, no) => ({ id: idOf(no), name: '"'.repeat(63), at: 0 })),
};

it('keeps as many devices as a node trusts, for its owner alone, and nothing at first', async () => {
  const directory = dirname(newFile());
  const store = trustFile(directory);
  expect(await store.read()).toEqual({ trusted: [], revoked: [] });
  await store.write(full);
  expect(await store.read()).toEqual(full);
  const { mode, size } = await stat(join(directory, 'trust.json'));
  expect(mode & 0o777).toBe(0o600);
  expect(size).toBeLessThan(limits.trust.fileBytes);
  expect(parseTrust(formatTrust({ ...full, trusted: [...full.trusted, ...full.trusted] }))).toBeUndefined();
});

it('any damage is told, and leaves the file as it is', async () => {
  const directory = dirname(newFile());
  const path = join(directory, 'trust.json');
  const store = trustFile(directory);
  await store.write({ trusted: [{ id: idOf(1), name: 'one', at: 1 }], revoked: [] });
  const text = await readFile(path, 'utf8');
  const one = text.indexOf('one');
  const damages = [
    '',
    '{}',
    text.slice(0, -2),
    text.slice(0, one),
    `${text}\n`,
    `${text.slice(0, one)}two${text.slice(one + 3)}`,
    formatTrust({ trusted: [{ id: 'no id', name: '', at: 0 }], revoked: [] }),
    'x'.repeat(limits.trust.fileBytes + 1),
  ];
  for (const damage of damages) {
    await writeFile(path, damage);
    await expect(store.read()).rejects.toMatchObject({ code: 'ERR_TRUST_FILE' });
    expect(await readFile(path, 'utf8')).toBe(damage);
  }
});

it('a file that others may write to is not believed', async () => {
  const directory = dirname(newFile());
  const path = join(directory, 'trust.json');
  await trustFile(directory).write({ trusted: [], revoked: [] });
  await chmod(path, 0o620);
  await expect(trustFile(directory).read()).rejects.toMatchObject({
    code: 'ERR_TRUST_FILE',
    message: expect.stringContaining('chmod 600'),
  });
});

it('a node that needs a damaged file does not start, gives its state back, and starts under other access', async () => {
  const stateDir = dirname(newFile());
  await writeFile(join(stateDir, 'trust.json'), '{', { mode: 0o600 });
  const options = { stateDir, discovery: false, interfaces: ['127.0.0.1'] } as const;
  const strict = createNode({ ...options, access: { trust: 'first-use' } });
  await expect(strict.start()).rejects.toMatchObject({ code: 'ERR_TRUST_FILE' });
  const open = createNode({ ...options, access: 'open' });
  await open.start();
  expect(() => open.setAccess({ trust: 'first-use' })).toThrow(expect.objectContaining({ code: 'ERR_TRUST_FILE' }));
  await open.stop();
  expect(await readFile(join(stateDir, 'trust.json'), 'utf8')).toBe('{');
});
