// Two fresh processes of the command line: from the start of the second to connected and a message there; then one is
// killed, comes back, and stops.
//   node bench/cold-start.ts [--runs 10]     (npm run build first)
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeNetworkKey } from '../src/index.ts';
import { type CliEvent, type CliProcess, startCli } from '../src/testing/cli-process.ts';
import { numberOption, summary } from './support/statistics.ts';

const runs = numberOption('runs', 10);
const figures = {
  'start to connected': [] as number[],
  'start to first message': [] as number[],
  'kill -9 to noticed': [] as number[],
  'restart to connected': [] as number[],
  'SIGTERM to exit': [] as number[],
};

const state = (id: unknown, is: string) => (event: CliEvent) =>
  event.event === 'connection' && event['id'] === id && event['state'] === is;
const isReady = ({ event }: CliEvent): boolean => event === 'ready';

for (let run = 0; run < runs; run += 1) {
  const directory = await mkdtemp(join(tmpdir(), 'lanpeer-bench-'));
  const key = join(directory, 'key');
  await writeFile(key, makeNetworkKey(), { mode: 0o600 });
  const running: CliProcess[] = [];
  function start(name: string): CliProcess {
    const state = join(directory, name);
    const cli = startCli(['run', '--json', '--interface', '127.0.0.1', '--key-file', key, '--state', state]);
    running.push(cli);
    return cli;
  }
  try {
    const first = start('first');
    const firstId = (await first.waitFor('ready', isReady))['id'];
    let begun = performance.now();
    const second = start('second');
    const secondId = (await second.waitFor('ready', isReady))['id'];
    await second.waitFor('connected', state(firstId, 'connected'));
    figures['start to connected'].push(performance.now() - begun);
    second.write({ do: 'send', to: firstId, type: 'hello', data: 1 });
    await first.waitFor('message', ({ event }) => event === 'message');
    figures['start to first message'].push(performance.now() - begun);

    const from = first.events.length;
    begun = performance.now();
    second.kill('SIGKILL');
    await first.waitFor('failed', state(secondId, 'failed'), { from });
    figures['kill -9 to noticed'].push(performance.now() - begun);
    await second.exited;

    const again = first.events.length;
    begun = performance.now();
    const third = start('second');
    await first.waitFor('connected', state(secondId, 'connected'), { from: again });
    figures['restart to connected'].push(performance.now() - begun);

    begun = performance.now();
    third.kill('SIGTERM');
    await third.exited;
    figures['SIGTERM to exit'].push(performance.now() - begun);
    first.kill('SIGTERM');
    await first.exited;
  } finally {
    for (const cli of running) cli.kill('SIGKILL');
    await Promise.all(running.map((cli) => cli.exited));
    await rm(directory, { recursive: true, force: true });
  }
}
for (const [name, values] of Object.entries(figures)) {
  console.log(summary(name, values));
  console.log(`  ${values.map((value) => value.toFixed(0)).join(' ')}`);
}
