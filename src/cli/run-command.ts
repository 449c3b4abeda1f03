import { asLanpeerError } from '../errors.ts';
import { manifest } from '../util/manifest.ts';
import { parseCommand } from './args/command.ts';
import { exitCodeOf } from './exit-code.ts';
import { helpOfCommands } from './help/commands.ts';
import { overview } from './help/overview.ts';
import { warn } from './warn.ts';

/** Loads only what the command needs: a key must not wait for the WebRTC stack. */
async function runCommand(args: readonly string[]): Promise<number> {
  const parsed = parseCommand(args, process.env);
  switch (parsed.command) {
    case 'help':
      process.stdout.write(`${parsed.topic === undefined ? overview : helpOfCommands[parsed.topic]}\n`);
      return 0;
    case 'version':
      process.stdout.write(`${manifest.version}\n`);
      return 0;
    case 'key': {
      const { makeKey, showKey } = await import('./key.ts');
      return parsed.key.show ? showKey(parsed.key) : makeKey(parsed.key);
    }
    case 'id': {
      const { printId, renewId } = await import('./id.ts');
      return parsed.id.renew ? renewId(parsed.id) : printId(parsed.id);
    }
    case 'inspect': {
      const { inspect } = await import('./inspect.ts');
      return inspect(parsed.inspect);
    }
    case 'pair': {
      const { pair } = await import('./pair/pair.ts');
      return pair(parsed.pair);
    }
    case 'trust': {
      const { trust } = await import('./pair/trust.ts');
      return trust(parsed.trust);
    }
    case 'revoke': {
      const { revoke } = await import('./pair/trust.ts');
      return revoke(parsed.trust);
    }
    case 'peers': {
      const { peers } = await import('./peers/peers.ts');
      return peers(parsed.peers);
    }
    case 'ping': {
      const { ping } = await import('./ping/ping.ts');
      return ping(parsed.ping);
    }
    case 'chat': {
      const { chat } = await import('./chat/chat.ts');
      return chat(parsed.chat);
    }
    case 'send': {
      const { send } = await import('./send.ts');
      return send(parsed.send);
    }
    case 'receive': {
      const { receive } = await import('./receive.ts');
      return receive(parsed.receive);
    }
    case 'doctor': {
      const { doctor } = await import('./doctor/doctor.ts');
      return doctor(parsed.doctor);
    }
    case 'bench': {
      const { bench } = await import('./bench/bench.ts');
      return bench(parsed.bench);
    }
    case 'run': {
      const { run } = await import('./run.ts');
      return run(parsed.run);
    }
  }
}

/** Runs the command in the arguments. Resolves with the exit code. */
export async function main(args: readonly string[]): Promise<number> {
  // A stream whose reader is gone must not end a node in the midst of what it does.
  process.stderr.on('error', () => undefined);
  process.stdout.once('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') warn(`standard output: ${error.message}`);
    process.once('exit', () => {
      process.exitCode ||= 1;
    });
  });
  process.stdout.on('error', () => undefined);
  try {
    return await runCommand(args);
  } catch (thrown) {
    const { code, message } = asLanpeerError(thrown, 'ERR_INTERNAL');
    warn(code === 'ERR_USAGE' ? `${message}\n\nlanpeer --help tells more.` : `${code}: ${message}`);
    return exitCodeOf(code);
  }
}
