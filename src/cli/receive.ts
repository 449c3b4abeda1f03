import { onAbort } from '../util/abort.ts';
import { printable } from '../util/printable.ts';
import type { ReceiveArguments } from './args/receive.ts';
import { exitCodes } from './exit-code.ts';
import { FolderReceiver } from './files/receive-into.ts';
import { type NodeCommand, runNodeCommand } from './node/node-command.ts';
import type { Format } from './output.ts';
import { takeTexts } from './text/text-message.ts';

/** The paths of files and nothing else: what a text says could be taken for one. */
const linesForPeople: Format = (event, piece) => {
  if ('path' in event) piece(`${printable(String(event.path))}\n`);
};

async function take(args: ReceiveArguments, command: NodeCommand): Promise<number> {
  const { node, output, signal } = command;
  const files = await FolderReceiver.start(args, command);
  try {
    takeTexts(node, async ({ from, name, text }) => {
      await output.room();
      if (args.json) files.write({ event: 'text', from, name, text });
      else files.show(`text from ${name} (${from.slice(0, 8)}):`, text);
      // The answer goes first.
      setImmediate(() => files.textCame());
    });
    files.say(`${node.name} (${node.id.slice(0, 8)}) waits for what others send; Ctrl-C ends it`);
    output.write({ event: 'ready', id: node.id, name: node.name, port: node.port });
    await new Promise<void>((resolve) => {
      if (signal.aborted) resolve();
      onAbort(signal, resolve);
    });
    return exitCodes.done;
  } finally {
    await files.close();
  }
}

/** Takes what peers send until it is interrupted. Resolves with the exit code. */
export function receive(args: ReceiveArguments): Promise<number> {
  return runNodeCommand(args, { autoConnect: () => true, format: linesForPeople }, (command) => take(args, command));
}
