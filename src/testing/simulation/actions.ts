import type { Fault } from './fault.ts';
import { clockJump, crash, sigstop, slowLoop, stop, suspend } from './faults.host.ts';
import { brokenSockets, forgery, loss, noUdp, oneWay, partition } from './faults.network.ts';
import { connect, disconnect, messages, stream } from './faults.program.ts';
import type { World } from './world.ts';

/** In the order in which chance looks at them: another one makes other runs of the same seeds. */
const faults: readonly Fault[] = [
  messages,
  stream,
  crash,
  stop,
  partition,
  oneWay,
  noUdp,
  loss,
  suspend,
  sigstop,
  clockJump,
  slowLoop,
  brokenSockets,
  forgery,
  disconnect,
  connect,
];

const total = faults.reduce((sum, { weight }) => sum + weight, 0);

/** One of them happens, if it can. */
export function happen(world: World): void {
  let at = world.chance.random() * total;
  const fault = faults.find(({ weight }) => {
    at -= weight;
    return at < 0;
  });
  const what = fault?.happen(world);
  if (what !== undefined) world.note(what);
}
