import type { Readable } from 'node:stream';
import type { CommandDeps } from './command-outcome.ts';
import { executeLine } from './execute-command.ts';
import { createInput, type Input } from './input.ts';
import type { Output } from './output.ts';

/**
 * Takes commands from a stream.
 * @param ended The stream has ended, and every command of it has its answer.
 */
export function followCommands(stream: Readable, deps: CommandDeps, output: Output, ended: () => void): Input {
  let open = 0;
  let isOver = false;

  function look(): void {
    if (isOver && open === 0) ended();
  }

  return createInput(stream, {
    take(line, intact) {
      open += 1;
      const { answered, told } = executeLine(deps, line, intact);
      void answered.then(() => {
        open -= 1;
        look();
      });
      return told;
    },
    tooLong: () =>
      deps.write({ event: 'error', code: 'ERR_COMMAND', message: 'A line on standard input is too long.' }),
    room: output.room,
    ended() {
      isOver = true;
      look();
    },
  });
}
