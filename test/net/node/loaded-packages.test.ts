import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

const script = fileURLToPath(new URL('../../support/loaded-packages-process.ts', import.meta.url));

test('werift, with x509 that it brings, bonjour-service and ws are loaded when a node starts that needs them, not before', async () => {
  const { stdout } = await promisify(execFile)(process.execPath, [script]);
  expect(
    stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line)),
  ).toEqual([
    { step: 'imported', loaded: [] },
    { step: 'started over TLS, without discovery', loaded: ['ws'] },
    { step: 'made', loaded: ['ws'] },
    { step: 'started', loaded: ['@peculiar/x509', 'bonjour-service', 'werift', 'ws'] },
  ]);
});
