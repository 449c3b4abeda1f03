import { findStateDirectory } from '../adapters/identity/find-state-directory.ts';
import type { LanpeerNode } from '../api/node.ts';
import { systemClock } from '../environment.ts';
import { asLanpeerError, type LanpeerErrorCode } from '../errors.ts';
import { limits } from '../limits.ts';
import { createNode } from '../node.ts';
import { readAccess } from './access.ts';
import type { RunArguments } from './args/run.ts';
import type { Input } from './input.ts';
import { createOutput, type Format, jsonLine } from './output.ts';
import { watchProcess } from './parent.ts';
import { onReloadSignal } from './reload.ts';
import { show } from './show.ts';
import { onStopSignals } from './signals.ts';
import { awaitEnd, readCommands } from './stdin.ts';
import { describeEvent, isToldTwice } from './text-format.ts';
import { version } from './version.ts';
import { warn } from './warn.ts';

/** Codes that speak of the command line and not of what happened while running. */
const usageCodes: readonly LanpeerErrorCode[] = [
  'ERR_USAGE',
  'ERR_ACCESS_REQUIRED',
  'ERR_NETWORK_KEY_FORMAT',
  'ERR_OPTION',
];

const lineForPeople: Format = (event, piece) => {
  if (!isToldTwice({ ...event })) piece(`${describeEvent({ ...event }, new Date())}\n`);
};

async function makeNode(args: RunArguments): Promise<LanpeerNode> {
  const { name, port, interfaces, stateDir, discovery, transports, inspectPort, record } = args;
  return createNode({
    access: await readAccess(args, process.env, warn),
    port,
    discovery,
    ...(name !== undefined && { name }),
    ...(interfaces && { interfaces }),
    ...(transports && { transports }),
    ...(stateDir !== undefined && { stateDir }),
    ...(inspectPort !== undefined && { inspector: { port: inspectPort, messages: args.inspectMessages } }),
    ...(record !== undefined && { recording: { file: record, mask: args.mask } }),
  });
}

/** Runs a node until it is told to stop. Resolves with the exit code. */
export async function run(args: RunArguments): Promise<number> {
  const { promise: told, resolve } = Promise.withResolvers<number>();
  let stopping = false;
  let parentIsGone = false;
  let isReady = false;

  /** False if a stop is under way. */
  function tell(code: number): boolean {
    const isFirst = !stopping;
    stopping = true;
    resolve(code);
    return isFirst;
  }

  const stop = (): boolean => tell(0);
  const leave = (): void => {
    parentIsGone = true;
    stop();
  };
  const output = createOutput(process.stdout, () => tell(1), args.json ? jsonLine : lineForPeople);
  const { write } = output;
  const tellFailure = (thrown: unknown): LanpeerErrorCode => {
    const { code, message } = asLanpeerError(thrown, 'ERR_INTERNAL');
    if (args.json) output.tell({ event: 'error', code, message });
    warn(`${code}: ${message}`);
    return code;
  };
  const fail = (thrown: unknown): number => (usageCodes.includes(tellFailure(thrown)) ? 2 : 1);

  let node: LanpeerNode | undefined;
  let input: Input | undefined;
  let unwatch: (() => void) | undefined;
  let code: number;
  try {
    if (args.parent !== undefined) unwatch = await watchProcess(args.parent, leave, { clock: systemClock });
    const made = await makeNode(args);
    node = made;
    show(node, output);
    onReloadSignal({
      read: () => readAccess(args, process.env, warn),
      use: (access) => made.setAccess(access),
      done: () => output.tell({ event: 'access' }),
      failed: tellFailure,
      source: process,
    });
    // So that any peer can try a request, and measure one.
    node.respond('echo', ({ data }) => data);
    onStopSignals({ stop, exit: (at) => process.exit(at), clock: systemClock, source: process });
    await node.start();
    isReady = true;
    const state = args.stateDir === undefined ? null : (await findStateDirectory(args.stateDir)).directory;
    write({ event: 'ready', id: node.id, port: node.port, version, state });
    if (args.inspectPort !== undefined) write({ event: 'inspector', url: await node.inspect() });
    const ended = args.untilStdinEnds ? stop : () => undefined;
    if (args.json) input = readCommands(process.stdin, { node, write, stop }, output, ended);
    else if (args.untilStdinEnds) input = awaitEnd(process.stdin, stop);
    code = await told;
  } catch (thrown) {
    code = fail(thrown);
  }
  unwatch?.();
  input?.end();
  if (!isReady) return code;
  try {
    await node?.stop();
    await input?.settled();
    output.tell({ event: 'stopped' });
  } catch (thrown) {
    code = fail(thrown);
  }
  if (!parentIsGone) {
    await output.flushed();
    return code;
  }
  // The reader of the rest may be gone as well.
  await Promise.race([
    output.flushed(),
    new Promise<void>((done) => systemClock.setTimeout(done, limits.cli.lastOutputMs)),
  ]);
  process.exit(code);
}
