import type { LanpeerNode } from '../../api/node.ts';
import { systemClock } from '../../environment.ts';
import { asLanpeerError, LanpeerError, type LanpeerErrorCode } from '../../errors.ts';
import { limits } from '../../limits.ts';
import { createNode } from '../../node.ts';
import { knownTransports, type Via } from '../../protocol/via.ts';
import { manifest } from '../../util/manifest.ts';
import { readAccess } from '../access.ts';
import type { BenchArguments, BenchTarget } from '../args/bench.ts';
import { exitCodeOf } from '../exit-code.ts';
import { createOutput, type Format, jsonLine, type Output } from '../output.ts';
import { stopSignal } from '../signals.ts';
import { warn } from '../warn.ts';
import { formatBenchEvent } from './format.ts';
import { Measuring } from './measure.ts';
import { reach } from './reach.ts';
import { serveBench } from './serve.ts';

const lineForPeople: Format = (event, piece) => piece(`${formatBenchEvent({ ...event }, new Date())}\n`);

/** The way that is measured does not depend on what a device of another network announces. */
async function makeNode(args: BenchArguments, transports: readonly Via[] | undefined): Promise<LanpeerNode> {
  const { name, port, interfaces, stateDir, discovery, target } = args;
  const wanted = target && 'id' in target ? target.id : undefined;
  return createNode({
    access: await readAccess(args, process.env, warn),
    port,
    discovery,
    autoConnect: ({ id }) => id === wanted,
    maxMessageBytes: limits.cli.benchMessageBytes + 1_048_576,
    ...(name !== undefined && { name }),
    ...(interfaces && { interfaces }),
    ...(stateDir !== undefined && { stateDir }),
    ...(transports && { transports }),
  });
}

/** Measures over one transport, on a node of its own. */
async function measure(
  args: BenchArguments,
  target: BenchTarget,
  via: Via,
  { write }: Output,
  signal: AbortSignal,
): Promise<void> {
  const node = await makeNode(args, [via]);
  await node.start();
  try {
    const begun = systemClock.monotonic();
    const { id, address } = await reach(node, target, signal);
    write({ event: 'connected', via, id, address, ms: systemClock.monotonic() - begun });
    const measuring = new Measuring({ node, to: id, clock: systemClock, ms: args.seconds * 1_000, signal });
    for await (const one of measuring.all()) write({ event: 'measured', via, ...one });
  } finally {
    await node.stop();
  }
}

/** A peer that runs something else is told apart from one that fails. */
function explain(thrown: unknown): LanpeerError {
  const error = asLanpeerError(thrown, 'ERR_INTERNAL');
  if (error.code !== 'ERR_NO_RESPONDER') return error;
  return new LanpeerError(
    error.code,
    'The peer takes no part in measurements: run lanpeer bench --serve there, with the same key.',
  );
}

/** Failures of one transport: over another one it may work. */
const ofOneTransport: readonly LanpeerErrorCode[] = [
  'ERR_TRANSPORT',
  'ERR_TIMEOUT',
  'ERR_SIGNALLING',
  'ERR_UNKNOWN_OUTCOME',
];

/** Over each transport in turn; one that the peer does not have is told. Resolves with the exit code. */
async function measureAll(
  args: BenchArguments,
  target: BenchTarget,
  output: Output,
  signal: AbortSignal,
): Promise<number> {
  let measured = 0;
  let code = 0;
  for (const via of args.transports ?? knownTransports) {
    try {
      await measure(args, target, via, output, signal);
      measured += 1;
    } catch (thrown) {
      if (signal.aborted) return 0;
      const error = explain(thrown);
      if (!ofOneTransport.includes(error.code)) throw error;
      output.write({ event: 'error', via, code: error.code, message: error.message });
      code = 1;
    }
  }
  // Without --transport one that is not there is no failure.
  return measured > 0 && args.transports === undefined ? 0 : code;
}

async function serve(args: BenchArguments, { write, tell }: Output, signal: AbortSignal): Promise<void> {
  const node = await makeNode(args, args.transports);
  node.errors$.subscribe(({ code, message }) => tell({ event: 'error', code, message }));
  serveBench(node, systemClock, tell);
  await node.start();
  write({ event: 'ready', id: node.id, port: node.port, version: manifest.version, state: args.stateDir ?? null });
  await new Promise<void>((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
  await node.stop();
}

/** Measures the way to a peer, or serves the measurements of others until a signal. Resolves with the exit code. */
export async function bench(args: BenchArguments): Promise<number> {
  const stop = new AbortController();
  let code = 0;
  const closed = (): void => {
    code = 1;
    stop.abort();
  };
  const output = createOutput(process.stdout, closed, args.json ? jsonLine : lineForPeople);
  void stopSignal().then(() => stop.abort());
  const { target } = args;
  try {
    if (target) code = Math.max(code, await measureAll(args, target, output, stop.signal));
    else await serve(args, output, stop.signal);
  } catch (thrown) {
    const error = asLanpeerError(thrown, 'ERR_INTERNAL');
    if (args.json) output.write({ event: 'error', code: error.code, message: error.message });
    warn(`${error.code}: ${error.message}`);
    code = exitCodeOf(error.code);
  }
  output.write({ event: 'stopped' });
  await output.flushed();
  return code;
}
