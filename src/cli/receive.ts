import { onAbort } from '../util/abort.ts';
import type { ReceiveArguments } from './args/receive.ts';
import { exitCodes } from './exit-code.ts';
import { runNodeCommand } from './node/node-command.ts';
import type { Format } from './output.ts';
import { printableText } from './text/printable-text.ts';
import { takeTexts } from './text/text-message.ts';
import { warn } from './warn.ts';

const textForPeople: Format = (event, piece) => {
  if ('text' in event) piece(`${printableText(String(event.text)).join('\n')}\n`);
};

/** Takes what peers send until it is interrupted. Resolves with the exit code. */
export function receive(args: ReceiveArguments): Promise<number> {
  return runNodeCommand(
    args,
    { autoConnect: () => true, format: textForPeople },
    async ({ node, output, signal, end }) => {
      takeTexts(node, async ({ from, name, text }) => {
        await output.room();
        if (!args.json) warn(`from ${name} (${from.slice(0, 8)}):`);
        output.write({ event: 'text', from, name, text });
        // The answer goes first.
        if (args.once) setImmediate(() => end(exitCodes.done));
      });
      warn(`${node.name} (${node.id.slice(0, 8)}) waits for what others send; Ctrl-C ends it`);
      output.write({ event: 'ready', id: node.id, name: node.name, port: node.port });
      await new Promise<void>((resolve) => {
        if (signal.aborted) resolve();
        onAbort(signal, resolve);
      });
      return exitCodes.done;
    },
  );
}
