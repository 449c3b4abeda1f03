import { systemClock } from '../../environment.ts';
import { printable } from '../../util/printable.ts';
import type { ChatArguments } from '../args/chat.ts';
import { runNodeCommand } from '../node/node-command.ts';
import { paintOf } from '../style.ts';
import { warn } from '../warn.ts';
import { chatByLines, chatLines, lineEvents } from './chat-lines.ts';
import { ChatScreen } from './chat-screen.ts';
import { Room } from './room.ts';

/** Talks with all who are in a room: on a terminal, or lines in and lines out. Resolves with the exit code. */
export function chat(args: ChatArguments): Promise<number> {
  const { room, json } = args;
  const isOnTerminal = process.stdin.isTTY && process.stdout.isTTY && !json;
  const now = systemClock.now;
  let screen: ChatScreen | undefined;
  // While it has the terminal, nothing else may write on it.
  const tell = (text: string): void => (screen ? screen.note(printable(text)) : warn(text));
  return runNodeCommand(args, { autoConnect: () => true, format: chatLines, tell }, async (command) => {
    const { node, output, signal } = command;
    screen = isOnTerminal
      ? new ChatScreen({
          input: process.stdin,
          output: process.stdout,
          paint: paintOf(process.stdout),
          self: { id: node.id, name: node.name },
          room,
          now,
        })
      : undefined;
    const talk = new Room({ node, room, now, events: screen ? screen.events : lineEvents(output, json) });
    try {
      return screen ? await screen.run(talk, signal) : await chatByLines(args, talk, command);
    } finally {
      screen = undefined;
      talk.leave();
    }
  });
}
