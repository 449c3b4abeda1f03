import { connections } from './limits/connections.ts';
import { diagnosis } from './limits/diagnosis.ts';
import { discovery } from './limits/discovery.ts';
import { files } from './limits/files.ts';
import type { LimitTests } from './limits/limit-tests.ts';
import { links } from './limits/links.ts';
import { messages } from './limits/messages.ts';
import { presence } from './limits/presence.ts';
import { probes } from './limits/probes.ts';
import { program } from './limits/program.ts';
import { signalling } from './limits/signalling.ts';
import { streams } from './limits/streams.ts';
import { trust } from './limits/trust.ts';

const subjects: readonly LimitTests[] = [
  signalling,
  trust,
  connections,
  diagnosis,
  discovery,
  links,
  messages,
  streams,
  files,
  presence,
  probes,
  program,
];

function reachedByTest(): LimitTests['reached'] {
  const all = new Map<string, readonly string[]>();
  for (const { reached: tests } of subjects)
    for (const [test, paths] of Object.entries(tests)) all.set(test, [...(all.get(test) ?? []), ...paths]);
  return Object.fromEntries(all);
}

/** Of all subjects; a test may reach limits of several. */
export const reached = reachedByTest();
export const unreached = subjects.flatMap((one) => one.unreached);
