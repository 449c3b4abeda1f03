import { limits } from '../../limits.ts';
import type { Facts } from '../facts.ts';
import { type Finding, findingsOf } from '../finding.ts';
import { ago } from '../words.ts';

const { jumpedMs, lateMs, lateShare } = limits.diagnosis;

const seconds = (ms: number): string => `${(ms / 1_000).toFixed(1)} s`;

/** Whether the clock goes on as it should. */
export function checkClock({ node }: Facts): Finding {
  const finding = findingsOf('clock');
  const evidence = node.clockJumps.map(({ ageMs, byMs }) => `by ${seconds(byMs)}, ${ago(ageMs)}`);
  const last = node.clockJumps.at(-1);
  if (!last || last.ageMs > jumpedMs) return finding('ok', 'The clock goes on as it should.', { evidence });
  return finding(
    'fault',
    `The clock jumped by ${seconds(last.byMs)}, ${ago(last.ageMs)}: it was set, or this computer slept.`,
    {
      evidence,
      next: 'Look again in a minute: after that all connections are made anew. If it jumps again and again, let one time service alone set it.',
    },
  );
}

/** Whether this process is on time. */
export function checkEventLoop({ node }: Facts): Finding {
  const finding = findingsOf('event-loop');
  const { worstMs, sumMs, overMs } = node.lateness;
  if (overMs < limits.diagnosis.lookEveryMs)
    return finding('unknown', 'It was not measured for long enough whether this process is on time.');
  const evidence = [
    `timers were late by ${Math.round(worstMs)} ms at worst, ${Math.round((100 * sumMs) / overMs)} % of the time in sum`,
  ];
  if (worstMs < lateMs && sumMs < lateShare * overMs) return finding('ok', 'This process is on time.', { evidence });
  return finding(
    'fault',
    `This process is late, by ${seconds(worstMs)} at worst: it computes for too long at once, or the computer is overloaded.`,
    {
      evidence,
      next: 'See what takes the processor; long computations of a program belong into a worker thread.',
    },
  );
}

/** What runs here. */
export function checkVersions({ machine, node }: Facts): Finding {
  const more = machine ? `, Node ${machine.node}, ${machine.system}` : '';
  return findingsOf('versions')('ok', `lanpeer ${node.version}${more}.`);
}
