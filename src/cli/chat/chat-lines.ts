import { systemClock } from '../../environment.ts';
import { LanpeerError } from '../../errors.ts';
import { limits } from '../../limits.ts';
import { onAbort, sleep } from '../../util/abort.ts';
import type { ChatArguments } from '../args/chat.ts';
import { exitCodeOf, exitCodes } from '../exit-code.ts';
import { createInput } from '../input.ts';
import type { NodeCommand } from '../node/node-command.ts';
import type { Format, Output } from '../output.ts';
import { printableText } from '../text/printable-text.ts';
import { warn } from '../warn.ts';
import type { Member, Room, RoomEvents } from './room.ts';

/** What is said, a line for each of its lines. */
export const chatLines: Format = (event, piece) => {
  if ('lines' in event && Array.isArray(event.lines)) piece(`${event.lines.join('\n')}\n`);
};

const named = ({ id, name }: Member): object => ({ id, name });

/** A chat between other programs: what is said goes to standard output, all else to standard error, or everything as JSON. */
export function lineEvents(output: Output, json: boolean): RoomEvents {
  const tell = (event: object, words: string): void => {
    if (json) output.tell(event);
    else warn(words);
  };
  return {
    said({ from, text, at, isPrivate }) {
      const lines = printableText(text).map((line) => `${from.label}: ${line}`);
      output.write({
        event: 'message',
        from: from.id,
        name: from.name,
        text,
        at,
        ...(isPrivate && { private: true }),
        ...(!json && { lines }),
      });
      return output.room();
    },
    joined: (member) => tell({ event: 'joined', ...named(member) }, `${member.label} is here`),
    left: (member) => tell({ event: 'left', ...named(member) }, `${member.label} left`),
    unusable: (member) =>
      tell(
        { event: 'unusable', ...named(member) },
        `${member.label} wrote what cannot be shown: it is no text, or too long`,
      ),
    missed: (member, why) =>
      tell({ event: 'missed', ...named(member), why }, `${member.label} may have missed what was said (${why})`),
  };
}

/** The text of a line of standard input; with `--json` a line is `{"text":"…"}`. Throws `ERR_COMMAND`. */
export function textOfLine(line: string, intact: boolean, json: boolean): string {
  const wrong = new LanpeerError(
    'ERR_COMMAND',
    `${intact ? 'A line is {"text":"…"}' : 'A line is UTF-8'}: ${line.slice(0, 80)}`,
  );
  if (!intact) throw wrong;
  if (!json) return line;
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    throw wrong;
  }
  if (typeof value !== 'object' || value === null || !('text' in value) || typeof value.text !== 'string') throw wrong;
  return value.text;
}

/** Resolves once somebody is in the room, and others who are there have had time to come; false if nobody came. */
async function someoneIsHere(room: Room, waitMs: number, signal: AbortSignal): Promise<boolean> {
  const end = systemClock.monotonic() + waitMs;
  while (room.members.length === 0) {
    if (systemClock.monotonic() >= end) return false;
    await sleep(systemClock, limits.cli.memberEveryMs, signal);
  }
  await sleep(systemClock, limits.cli.othersMs, signal);
  return true;
}

/** Says each line of standard input, and ends with it. What comes before anybody is there waits. */
export async function chatByLines(args: ChatArguments, room: Room, command: NodeCommand): Promise<number> {
  const { output, signal } = command;
  const { json, waitMs } = args;
  const ended = Promise.withResolvers<void>();
  let here: Promise<boolean> | undefined;
  /** People are told once, not for each line of a file. */
  let wasAlone = false;
  let code: number = exitCodes.done;

  const fail = (error: LanpeerError): void => {
    code = exitCodeOf(error.code);
    if (json) output.write({ event: 'error', code: error.code, message: error.message });
    warn(`${error.code}: ${error.message}`);
  };

  async function say(line: string, intact: boolean): Promise<void> {
    const text = textOfLine(line, intact, json);
    if (text.trim() === '') {
      if (json) throw new LanpeerError('ERR_COMMAND', 'The text is blank.');
      return;
    }
    if (Buffer.byteLength(text) > limits.cli.textBytes) throw new LanpeerError('ERR_TOO_LARGE', 'A line is too long.');
    here ??= someoneIsHere(room, waitMs, signal);
    const came = await here;
    const isAlone = (await room.say(text)) === 0;
    const isTold = isAlone && wasAlone && !json;
    wasAlone = isAlone;
    if (!isAlone || isTold) return;
    throw new LanpeerError(
      'ERR_NOT_FOUND',
      came
        ? 'Nobody else is here: nobody got that.'
        : `Nobody else was here in ${waitMs / 1_000} s: nobody got that. lanpeer doctor looks for the reason.`,
    );
  }

  // One after the other: what is said keeps its order.
  let last = Promise.resolve();
  const input = createInput(process.stdin, {
    take(line, intact) {
      last = last
        .then(() => say(line, intact))
        .catch((thrown) => {
          if (!signal.aborted)
            fail(thrown instanceof LanpeerError ? thrown : new LanpeerError('ERR_INTERNAL', String(thrown)));
        });
      return last;
    },
    tooLong: () => fail(new LanpeerError('ERR_TOO_LARGE', 'A line is too long.')),
    room: output.room,
    ended: () => void last.then(ended.resolve),
  });
  onAbort(signal, ended.resolve);
  await ended.promise;
  input.end();
  return code;
}
