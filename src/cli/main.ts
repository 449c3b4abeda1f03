#!/usr/bin/env node
import { asLanpeerError } from '../errors.ts';
import { help } from './args/help.ts';
import { parseCommand } from './args.ts';

/** Loads only what the command needs: a key must not wait for the WebRTC stack. */
async function main(args: readonly string[]): Promise<number> {
  const parsed = parseCommand(args, process.env);
  switch (parsed.command) {
    case 'help':
      process.stdout.write(`${help}\n`);
      return 0;
    case 'version': {
      const { version } = await import('./version.ts');
      process.stdout.write(`${version}\n`);
      return 0;
    }
    case 'key': {
      const { makeNetworkKey } = await import('../protocol/network-key.ts');
      process.stdout.write(`${makeNetworkKey()}\n`);
      return 0;
    }
    case 'id': {
      const { printId } = await import('./id.ts');
      return printId(parsed.stateDir);
    }
    case 'inspect': {
      const { inspect } = await import('./inspect.ts');
      return inspect(parsed.inspect);
    }
    case 'run': {
      const { run } = await import('./run.ts');
      return run(parsed.run);
    }
  }
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (thrown) {
  const { code, message } = asLanpeerError(thrown, 'ERR_INTERNAL');
  process.stderr.write(`lanpeer: ${message}\n${code === 'ERR_USAGE' ? '\nlanpeer --help tells more.\n' : ''}`);
  process.exitCode = code === 'ERR_USAGE' ? 2 : 1;
}
