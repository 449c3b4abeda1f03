import type { LanpeerNode } from '../../api/node.ts';
import { systemClock } from '../../environment.ts';
import { asLanpeerError, LanpeerError } from '../../errors.ts';
import type { CommandArguments } from '../args/node.ts';
import { exitCodeOf, exitCodeOfSignal, exitCodes } from '../exit-code.ts';
import { createOutput, type Format, jsonLine, type Output } from '../output.ts';
import { onStopSignals } from '../signals.ts';
import { warn } from '../warn.ts';
import { type CommandNodeOptions, startCommandNode } from './command-node.ts';

/** A command that a person gave. */
export interface RunningCommand {
  /** Data on standard output. */
  readonly output: Output;
  /** Aborts when the command is to end: at a signal, when nobody reads the output, or at {@link end}. */
  readonly signal: AbortSignal;
  /** Ends the command with that exit code, whatever it does. */
  end(code: number): void;
}

export interface NodeCommand extends RunningCommand {
  readonly node: LanpeerNode;
}

export interface CommandOptions {
  readonly json: boolean;
  /** Lines of standard output for people; with `json` they are JSON. */
  readonly format: Format;
  /** Whether it runs until a signal ends it, so that this is no failure; default false. */
  readonly isService?: boolean;
}

/** Tells why a command failed: on standard error, and with `--json` as an event. Returns its exit code. */
export function tellFailure(thrown: unknown, { write }: Output, json: boolean): number {
  const { code, message } = asLanpeerError(thrown, 'ERR_INTERNAL');
  if (json) write({ event: 'error', code, message });
  warn(`${code}: ${message}`);
  return exitCodeOf(code);
}

/**
 * Runs a command that signals end. What `use` rejects with is told.
 * @param use Resolves with the exit code.
 * @returns The exit code: that of `use`, of what it rejected with, or of the signal (130 for SIGINT).
 */
export async function runCommand(
  { json, format, isService }: CommandOptions,
  use: (command: RunningCommand) => Promise<number>,
): Promise<number> {
  const stop = new AbortController();
  let ended: number | undefined;
  const end = (code: number): boolean => {
    const isFirst = ended === undefined;
    ended ??= code;
    stop.abort(new LanpeerError('ERR_ABORTED'));
    return isFirst;
  };
  const output = createOutput(process.stdout, () => void end(exitCodes.failed), json ? jsonLine : format);
  onStopSignals({
    stop: (name) => end(isService ? exitCodes.done : exitCodeOfSignal(name)),
    exit: (code) => process.exit(code),
    clock: systemClock,
    source: process,
  });
  let code: number;
  try {
    code = await use({ output, signal: stop.signal, end });
  } catch (thrown) {
    code = ended ?? tellFailure(thrown, output, json);
  }
  await output.flushed();
  return ended ?? code;
}

/** Runs a command with a node, which says goodbye at its end. Otherwise as {@link runCommand}. */
export function runNodeCommand(
  args: CommandArguments,
  options: CommandNodeOptions & Pick<CommandOptions, 'format'>,
  use: (command: NodeCommand) => Promise<number>,
): Promise<number> {
  return runCommand({ json: args.json, format: options.format }, async (command) => {
    const node = await startCommandNode(args, options);
    try {
      command.signal.throwIfAborted();
      return await use({ ...command, node });
    } finally {
      await node.stop();
    }
  });
}
