import { findState } from '../adapters/identity/state-place.ts';
import type { LanpeerNode } from '../api.ts';
import { asLanpeerError, type LanpeerErrorCode } from '../errors.ts';
import { createNode } from '../node.ts';
import { readAccess } from './access.ts';
import type { RunArguments } from './args/run.ts';
import { takeLine } from './commands.ts';
import { createInput } from './input.ts';
import { createOutput, type Output } from './output.ts';
import { describeEvent } from './people.ts';
import { version } from './version.ts';

/** Codes that speak of the command line and not of what happened while running. */
const usageCodes: readonly LanpeerErrorCode[] = [
  'ERR_USAGE',
  'ERR_ACCESS_REQUIRED',
  'ERR_NETWORK_KEY_FORMAT',
  'ERR_OPTION',
];

/** Shows what the node tells, as JSON lines or for people. */
function show(node: LanpeerNode, output: Output, write: (event: object) => void): void {
  node.deviceEvents$.subscribe(({ change, device: { id, name, addresses, port } }) => {
    write({ event: 'device', change, id, name, addresses, port });
  });
  node.connections$.subscribe(({ id, state, via, reason, code, attempt, next, gaveUp, at }) => {
    write({
      event: 'connection',
      id,
      state,
      via,
      reason,
      ...(code !== null && { code }),
      attempt,
      next,
      ...(gaveUp && { gaveUp }),
      at,
    });
  });
  node.sessions$.subscribe(({ id, change, at }) => write({ event: 'session', id, change, at }));
  node.errors$.subscribe(({ code, message }) => write({ event: 'error', code, message }));
  // As a handler, not as a subscriber: when the reader does not keep up, the senders are to feel it.
  node.handleAll(({ senderId, type, data, timestamp }) => {
    write({ event: 'message', from: senderId, type, data, timestamp });
    return output.room();
  });
}

/** Runs a node until it is told to stop. Resolves with the exit code. */
export async function run(args: RunArguments): Promise<number> {
  const { name, port, interfaces, stateDir, discovery, transports, inspectPort, record } = args;
  const { promise: told, resolve: tell } = Promise.withResolvers<number>();
  const output = createOutput(process.stdout, () => tell(1));
  const write = args.json
    ? output.write
    : (event: object) => void process.stdout.write(`${describeEvent({ ...event }, new Date())}\n`);
  const fail = (thrown: unknown): number => {
    const { code, message } = asLanpeerError(thrown, 'ERR_INTERNAL');
    if (args.json) write({ event: 'error', code, message });
    process.stderr.write(`lanpeer: ${code}: ${message}\n`);
    return usageCodes.includes(code) ? 2 : 1;
  };

  let node: LanpeerNode;
  try {
    node = createNode({
      access: await readAccess(args, process.env),
      port,
      discovery,
      ...(name !== undefined && { name }),
      ...(interfaces && { interfaces }),
      ...(transports && { transports }),
      ...(stateDir !== undefined && { stateDir }),
      ...(inspectPort !== undefined && { inspector: { port: inspectPort, messages: args.inspectMessages } }),
      ...(record !== undefined && { recording: { file: record, mask: args.mask } }),
    });
    show(node, output, write);
    // So that anybody can try a request, and measure one.
    node.respond('echo', ({ data }) => data);
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => tell(0));
    await node.start();
  } catch (thrown) {
    return fail(thrown);
  }
  const state = stateDir === undefined ? null : (await findState(stateDir)).directory;
  write({ event: 'ready', id: node.id, port: node.port, version, state });
  if (inspectPort !== undefined) write({ event: 'inspector', url: await node.inspect() });

  const world = { node, write, stop: () => tell(0) };
  const input = args.json
    ? createInput(process.stdin, {
        take: (line) => takeLine(world, line),
        tooLong: () => write({ event: 'error', code: 'ERR_COMMAND', message: 'A line on standard input is too long.' }),
        room: output.room,
      })
    : undefined;

  const code = await told;
  input?.end();
  try {
    await node.stop();
  } catch (thrown) {
    return fail(thrown);
  }
  await input?.settled();
  write({ event: 'stopped' });
  await output.flushed();
  return code;
}
