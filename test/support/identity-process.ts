import { createInterface } from 'node:readline';

/**
 * Takes the lock of a directory, or opens the identity in it, when it is told to, says how that went, and holds it until
 * it is told otherwise or ends. Loads no more than that needs: tests start many of these.
 */
const [, , directory = ''] = process.argv;
let release = (): Promise<void> => Promise.resolve();

async function open(): Promise<string> {
  const { stateDirectoryIdentity } = await import('../../src/adapters/identity/state-directory.ts');
  const { systemClock } = await import('../../src/environment.ts');
  const identity = await stateDirectoryIdentity({ directory, clock: systemClock }).open();
  release = identity.release;
  return `open ${identity.id} ${identity.incarnation.counter}`;
}

async function take(): Promise<string> {
  const { takeLock } = await import('../../src/adapters/identity/lock.ts');
  release = await takeLock(directory);
  return 'taken';
}

const commands: Readonly<Record<string, () => Promise<string>>> = {
  open,
  take,
  release: () => release().then(() => 'released'),
  async forget() {
    release = () => Promise.resolve();
    // Twice: what finalizers let go is collected by the second.
    for (let turn = 0; turn < 2; turn += 1) globalThis.gc?.();
    return globalThis.gc ? 'collected' : 'no gc';
  },
  exit: () => process.exit(0),
  async throw() {
    setImmediate(() => {
      throw new Error('thrown by a test');
    });
    return 'throws';
  },
};

const say = (text: string): void => void process.stdout.write(`${text.replaceAll('\n', ' ')}\n`);

// One after another: a command may follow one that is still at work.
let last = Promise.resolve();
createInterface({ input: process.stdin }).on('line', (line) => {
  last = last.then(() => commands[line]?.().then(say, (error) => say(`${error.code} ${error.message}`)));
});
say('ready');
