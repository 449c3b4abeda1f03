import { systemClock } from '../environment.ts';
import type { SendArguments } from './args/send.ts';
import { exitCodes } from './exit-code.ts';
import { openSource, sendFilesTo } from './files/send-to.ts';
import { findPeer } from './node/find-peer.ts';
import { fits } from './node/match.ts';
import { runNodeCommand } from './node/node-command.ts';
import { readText, sendText } from './text/send-text.ts';
import { warn } from './warn.ts';

/** Sends files or a text to a peer. Resolves with the exit code. */
export async function send(args: SendArguments): Promise<number> {
  const { target, waitMs, json } = args;
  // Before a node starts: others would see it come and go for nothing.
  const text = 'text' in args && args.text === '-' ? await readText(process.stdin) : undefined;
  const source = 'files' in args ? await openSource(args.files) : undefined;
  return runNodeCommand(
    args,
    { autoConnect: (device) => fits(target, device), format: () => undefined },
    async (command) => {
      const { node, output, signal } = command;
      const peer = await findPeer(node, { target, waitMs, clock: systemClock, signal });
      if (source) return sendFilesTo(peer, source, command, json);
      await sendText(node, peer, text ?? ('text' in args ? args.text : ''), signal);
      output.write({ event: 'handled', by: peer.id, name: peer.name });
      warn(`handled by ${peer.name} (${peer.id.slice(0, 8)})`);
      return exitCodes.done;
    },
  );
}
