import { stateDirectoryIdentity } from '../../src/adapters/identity/state-directory.ts';
import { systemClock } from '../../src/environment.ts';

/** Opens the identity in a directory when it is told to, says how that went, and holds it until it is killed. */
const [, , directory = ''] = process.argv;
const store = stateDirectoryIdentity({ directory, clock: systemClock });
process.stdin.once('data', () => {
  store.open().then(
    ({ id, instance }) => process.stdout.write(`open ${id} ${instance.counter}\n`),
    (error) => process.stdout.write(`${error.code}\n`),
  );
});
process.stdout.write('ready\n');
