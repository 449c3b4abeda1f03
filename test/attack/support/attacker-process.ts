// One attack, in a process of its own so that it does not slow down what is measured: `attacker-process.ts NAME TARGET
// OPTIONS`. Its last line is `done`, with how its links and sessions ended.
import { attacks } from './attacks/index.ts';
import { writeLine } from './lines.ts';
import type { Target } from './target.ts';

const [, , name = '', target = '', options = ''] = process.argv;
const attack = attacks[name as keyof typeof attacks] as (
  target: Target,
  options: unknown,
) => Promise<readonly string[]>;
writeLine({ event: 'begun' });
// The victim may end before its attacker does.
const outcomes = await attack(JSON.parse(target), JSON.parse(options)).catch((thrown: unknown) => [String(thrown)]);
writeLine({ event: 'done', outcomes }, () => process.exit());
