import type { LanpeerNode } from '../../api/node.ts';
import { systemClock } from '../../environment.ts';
import { asLanpeerError, LanpeerError, type LanpeerErrorCode } from '../../errors.ts';
import { limits } from '../../limits.ts';
import { knownTransports, type Via } from '../../protocol/via.ts';
import { onAbort } from '../../util/abort.ts';
import { manifest } from '../../util/manifest.ts';
import type { BenchArguments } from '../args/bench.ts';
import type { PeerTarget } from '../args/target.ts';
import { exitCodeOf, exitCodes } from '../exit-code.ts';
import { startCommandNode } from '../node/command-node.ts';
import { findPeer } from '../node/find-peer.ts';
import { fits } from '../node/match.ts';
import { type RunningCommand, runCommand, tellFailure } from '../node/node-command.ts';
import type { Format } from '../output.ts';
import { formatBenchEvent } from './format.ts';
import { Measuring } from './measure.ts';
import { serveBench } from './serve.ts';

const lineForPeople: Format = (event, piece) => piece(`${formatBenchEvent({ ...event }, new Date())}\n`);

/** The way that is measured does not depend on what a device of another network announces. */
const startNode = (
  args: BenchArguments,
  transports: readonly Via[] | undefined,
  prepare?: (node: LanpeerNode) => void,
): Promise<LanpeerNode> =>
  startCommandNode(
    { ...args, transports },
    {
      autoConnect: (device) => args.target !== undefined && fits(args.target, device),
      ...(prepare && { prepare }),
      maxMessageBytes: limits.cli.benchMessageBytes + 1_048_576,
    },
  );

/** Measures over one transport, on a node of its own. */
async function measure(
  args: BenchArguments,
  target: PeerTarget,
  via: Via,
  { output: { write }, signal }: RunningCommand,
): Promise<void> {
  const node = await startNode(args, [via]);
  try {
    const begun = systemClock.monotonic();
    const { id, name, address } = await findPeer(node, { target, waitMs: args.waitMs, clock: systemClock, signal });
    write({ event: 'connected', via, id, name, address, ms: systemClock.monotonic() - begun });
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

/** A peer that is there, and was not reached over this transport, may be reached over another one. */
const isOfOneTransport = ({ code, cause }: LanpeerError): boolean =>
  ofOneTransport.includes(code) ||
  (code === 'ERR_NOT_FOUND' && cause instanceof LanpeerError && ofOneTransport.includes(cause.code));

/** Over each transport in turn; one that the peer does not have is told. Resolves with the exit code. */
async function measureAll(args: BenchArguments, target: PeerTarget, command: RunningCommand): Promise<number> {
  let measured = 0;
  let code: number = exitCodes.done;
  for (const via of args.transports ?? knownTransports) {
    try {
      await measure(args, target, via, command);
      measured += 1;
    } catch (thrown) {
      const error = explain(thrown);
      if (command.signal.aborted || !isOfOneTransport(error)) throw error;
      command.output.write({ event: 'error', via, code: error.code, message: error.message });
      code = exitCodeOf(error.code);
    }
  }
  // Without --transport one that is not there is no failure.
  return measured > 0 && args.transports === undefined ? exitCodes.done : code;
}

/** Until a signal: as with `lanpeer run` that is no failure. */
async function serve(args: BenchArguments, { output: { write, tell }, signal }: RunningCommand): Promise<void> {
  const node = await startNode(args, args.transports, (early) => {
    early.errors$.subscribe(({ code, message }) => tell({ event: 'error', code, message }));
    serveBench(early, systemClock, tell);
  });
  write({ event: 'ready', id: node.id, port: node.port, version: manifest.version, state: args.stateDir ?? null });
  await new Promise<void>((resolve) => {
    if (signal.aborted) resolve();
    onAbort(signal, resolve);
  });
  await node.stop();
}

/** Measures the way to a peer, or serves the measurements of others until a signal. Resolves with the exit code. */
export async function bench(args: BenchArguments): Promise<number> {
  const { target, json } = args;
  const isService = target === undefined;
  return runCommand({ json, format: lineForPeople, isService }, async (command) => {
    let code: number = exitCodes.done;
    try {
      if (isService) await serve(args, command);
      else code = await measureAll(args, target, command);
    } catch (thrown) {
      if (!command.signal.aborted) code = tellFailure(thrown, command.output, json);
    }
    if (json || isService) command.output.write({ event: 'stopped' });
    return code;
  });
}
