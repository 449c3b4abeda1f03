// Three real processes on this machine find each other, talk, lose one of them and get it back.
// Everything stays on the loopback interface; the exit code tells whether all of it happened.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { reasons } from '../../src/machines/connection/reasons.ts';
import { makeNetworkKey } from '../../src/protocol/network-key.ts';
import { type CliEvent, type CliProcess, startCli } from '../../src/testing/cli-process.ts';
import { createTimeline } from './timeline.ts';

const names = ['anna', 'ben', 'carla'] as const;
type Name = (typeof names)[number];

const timeline = createTimeline((line) => console.log(line));
const directory = await mkdtemp(join(tmpdir(), 'lanpeer-demo-'));
const keyFile = join(directory, 'network.key');
const running = new Map<Name, CliProcess>();
const ids = new Map<Name, string>();
let over = false;

const nameOf = (id: unknown): string => [...ids].find(([, known]) => known === id)?.[0] ?? String(id).slice(0, 8);
const get = (name: Name): CliProcess => {
  const found = running.get(name);
  if (!found) throw new Error(`${name} does not run`);
  return found;
};

function narrate(name: Name, event: CliEvent): void {
  const { state, via } = event;
  if (event.event === 'connection' && (state === 'connected' || state === 'failed' || state === 'closed')) {
    const how = state === 'connected' ? ` over ${via}` : '';
    timeline.say(name, `${state} ${nameOf(event['id'])}${how}: ${reasons[event['reason'] as keyof typeof reasons]}`);
  }
  if (event.event === 'message')
    timeline.say(name, `hears ${nameOf(event['from'])}: ${event['type']} ${JSON.stringify(event['data'])}`);
  if (event.event === 'error') timeline.say(name, `${event['code']}: ${event['message']}`);
}

async function start(name: Name): Promise<void> {
  if (over) throw new Error(`${name} is not started any more`);
  const state = join(directory, name);
  const args = ['run', '--json', '--name', name, '--interface', '127.0.0.1', '--key-file', keyFile, '--state', state];
  const cli = startCli(args, { onEvent: (event) => narrate(name, event) });
  running.set(name, cli);
  const ready = await cli.waitFor('ready', ({ event }) => event === 'ready');
  ids.set(name, String(ready['id']));
  timeline.say(name, `runs as ${String(ready['id']).slice(0, 8)}…, process ${cli.pid}`);
}

/** True once that process has reported that state of its connection to the other. */
async function saw(name: Name, other: Name, state: string, from: number, timeMs: number): Promise<boolean> {
  const about = (event: CliEvent): boolean =>
    event.event === 'connection' && event['id'] === ids.get(other) && event['state'] === state;
  return get(name)
    .waitFor(`${state} ${other}`, about, { timeMs, from })
    .then(
      () => true,
      () => false,
    );
}

/** True once that process has reported that WebRTC carries its connection to the other. */
async function upgraded(name: Name, other: Name): Promise<boolean> {
  const about = ({ event, id, via }: CliEvent): boolean =>
    event === 'connection' && id === ids.get(other) && via === 'webrtc';
  return get(name)
    .waitFor(`webrtc ${other}`, about, { timeMs: 30_000 })
    .then(
      () => true,
      () => false,
    );
}

async function heard(name: Name, from: Name, type: string): Promise<boolean> {
  return get(name)
    .waitFor(type, (e) => e.event === 'message' && e['type'] === type && e['from'] === ids.get(from), { timeMs: 5_000 })
    .then(
      () => true,
      () => false,
    );
}

async function answered(name: Name, ref: string): Promise<boolean> {
  return get(name)
    .waitFor(ref, (e) => e.event === 'delivered' && e['ref'] === ref, { timeMs: 5_000 })
    .then(
      () => true,
      () => false,
    );
}

/** True if a connection of any of them has failed. */
const wasInterrupted = (): boolean =>
  names.some((name) => get(name).events.some(({ event, state }) => event === 'connection' && state === 'failed'));

async function play(): Promise<void> {
  await writeFile(keyFile, makeNetworkKey(), { mode: 0o600 });

  timeline.chapter('Three processes start and find each other by mDNS.');
  await Promise.all(names.map(start));
  const pairs = names.flatMap((one) => names.filter((other) => other !== one).map((other) => [one, other] as const));
  const mesh = await Promise.all(pairs.map(([one, other]) => saw(one, other, 'connected', 0, 8_000)));
  timeline.check('every one is connected to every other', mesh.every(Boolean));

  timeline.chapter('They talk: a hello each, a direct message, a broadcast.');
  for (const [one, other] of pairs)
    get(one).write({ do: 'send', to: ids.get(other), type: 'hello', data: { text: `Hi ${other}` } });
  const hellos = await Promise.all(pairs.map(([one, other]) => heard(other, one, 'hello')));
  timeline.check('every hello arrived', hellos.every(Boolean));
  get('anna').write({
    do: 'send',
    to: ids.get('ben'),
    type: 'note',
    data: { answer: 42, bytes: { $bytes: 'bGFucGVlcg==' } },
    ref: 'note',
  });
  timeline.check(
    'the direct message arrived and was acknowledged',
    (await heard('ben', 'anna', 'note')) && (await answered('anna', 'note')),
  );
  get('carla').write({ do: 'broadcast', type: 'announcement', data: { text: 'New update!' }, ref: 'all' });
  const told = await Promise.all([heard('anna', 'carla', 'announcement'), heard('ben', 'carla', 'announcement')]);
  timeline.check('the broadcast reached both others', told.every(Boolean));

  timeline.chapter('They are connected over TLS; WebRTC is brought up beside it and takes over.');
  const carried = await Promise.all(pairs.map(([one, other]) => upgraded(one, other)));
  timeline.check(
    'every connection is over WebRTC now, and none was interrupted',
    carried.every(Boolean) && !wasInterrupted(),
  );

  timeline.chapter('Ben is killed: no goodbye, the process is just gone.');
  const from = { anna: get('anna').events.length, carla: get('carla').events.length };
  const killed = performance.now();
  get('ben').kill('SIGKILL');
  const noticed = await Promise.all([
    saw('anna', 'ben', 'failed', from.anna, 5_000),
    saw('carla', 'ben', 'failed', from.carla, 5_000),
  ]);
  timeline.check(`both others noticed, ${Math.round(performance.now() - killed)} ms later`, noticed.every(Boolean));

  timeline.chapter('Ben comes back, with the identity he had.');
  const again = { anna: get('anna').events.length, carla: get('carla').events.length };
  await get('ben').exited;
  const before = ids.get('ben');
  await start('ben');
  const back = await Promise.all([
    saw('anna', 'ben', 'connected', again.anna, 5_000),
    saw('carla', 'ben', 'connected', again.carla, 5_000),
  ]);
  timeline.check(
    'he has the same id and both others are connected to him again',
    back.every(Boolean) && before === ids.get('ben'),
  );

  timeline.chapter('All stop.');
  for (const name of names) get(name).kill('SIGTERM');
  const codes = await Promise.all(names.map((name) => get(name).exited));
  const stopped = names.every((name) => get(name).events.at(-1)?.event === 'stopped');
  timeline.check(
    'every process said that it stopped and ended with code 0',
    stopped && codes.every((code) => code === 0),
  );
}

// An interrupt reaches the three as well; what is left to do is to wait for them and to clean up.
const interrupted = new Promise<never>((_, reject) => {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => reject(new Error(`${signal} came`)));
});

try {
  await Promise.race([play(), interrupted]);
} catch (thrown) {
  timeline.check(thrown instanceof Error ? thrown.message : String(thrown), false);
} finally {
  over = true;
  for (const cli of running.values()) cli.kill('SIGKILL');
  await Promise.all([...running.values()].map((cli) => cli.exited));
  await rm(directory, { recursive: true, force: true });
}
const { failures, seconds } = timeline;
console.log(`\n${failures === 0 ? 'All of it happened' : `${failures} did not happen`}, in ${seconds.toFixed(1)} s.`);
process.exitCode = failures === 0 ? 0 : 1;
