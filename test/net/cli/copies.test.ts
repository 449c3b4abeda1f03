import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import {
  type CliEvent,
  type CliProcess,
  connection,
  makeDirectory,
  makeKeyFile,
  response,
  runToEnd,
  startNode,
} from '../../support/cli.ts';

const isCopyError = ({ event, code }: CliEvent): boolean => event === 'error' && code === 'ERR_INSTANCE';

/** Two directories with one identity, as after a card was cloned. */
async function cloneState(): Promise<readonly [string, string]> {
  const parent = await makeDirectory();
  const [original, clone] = [join(parent, 'original'), join(parent, 'clone')];
  expect(await runToEnd(['id', '--state', original])).toMatchObject({ code: 0 });
  await cp(original, clone, { recursive: true });
  return [original, clone];
}

/** That WebRTC takes over is no sign of another copy. */
const isTurn = ({ event, reason }: CliEvent): boolean => event === 'connection' && reason !== 'upgraded';

async function echoes(cli: CliProcess, to: string, ref: string): Promise<void> {
  cli.write({ do: 'request', to, type: 'echo', data: ref, ref });
  expect(await cli.waitFor(ref, response(ref))).toMatchObject({ ok: true, data: ref });
}

test.each([
  ['original', 'clone', 'watcher'],
  ['original', 'watcher', 'clone'],
  ['watcher', 'original', 'clone'],
])(
  'of two processes with one identity the later one holds it, the other gives way and says so: %s, %s, %s',
  async (...order) => {
    const keyFile = await makeKeyFile();
    const [original, clone] = await cloneState();
    const states: Record<string, string> = { original, clone, watcher: await makeDirectory() };
    const nodes: Record<string, Awaited<ReturnType<typeof startNode>>> = {};
    for (const name of order) nodes[name] = await startNode({ keyFile, state: states[name] ?? '' });
    const { original: first, clone: second, watcher } = nodes;
    if (!first || !second || !watcher) throw new Error('one did not start');
    expect(first.id).toBe(second.id);

    const told = await first.cli.waitFor('the older one gives way', isCopyError);
    expect(told['message']).toContain('lanpeer id --new');
    await second.cli.waitFor('the newer one is told', isCopyError);
    await second.cli.waitFor('the newer one is connected', connection(watcher.id, 'connected'));
    await echoes(watcher.cli, second.id, 'one');

    const seen = watcher.cli.events.filter(isTurn).length;
    for (let no = 0; no < 20; no += 1) await echoes(watcher.cli, second.id, `again ${no}`);
    first.cli.write({ do: 'stats', ref: 'stats' });
    const { data } = await first.cli.waitFor('it runs', response('stats'));
    expect(data).toMatchObject({ connections: { connected: 0, connecting: 0, failed: 0 } });
    expect(watcher.cli.events.filter(isTurn).length).toBe(seen);
  },
);
