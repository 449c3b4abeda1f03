import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';

const run = promisify(execFile);
const program = fileURLToPath(new URL('../../support/transport/closing-process.ts', import.meta.url));

describe('a process that has closed its links', () => {
  it.each(['start', 'signal', 'negotiated', 'greeting', 'open'])('exits by itself: closed at %s', async (step) => {
    // werift alone would go on with a handshake, or with consent checks, for half a minute.
    const { stdout } = await run(process.execPath, [program, step], { timeout: 15_000 });
    expect(stdout).toBe('0\n');
  });
});
