import type { Action } from './action.ts';
import type { SimulationDeps } from './deps.ts';
import { clockJump, crash, sigstop, slowLoop, stop, suspend } from './host-faults.ts';
import { brokenSockets, forgery, loss, noUdp, oneWay, partition } from './network-faults.ts';
import { byteStream, connect, disconnect, messages, presence, stream } from './program-calls.ts';

/** In the order in which one is chosen: another order makes other runs of the same seeds. */
const actions: readonly Action[] = [
  messages,
  stream,
  byteStream,
  presence,
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

const total = actions.reduce((sum, { weight }) => sum + weight, 0);

/** Runs one action, if it applies. */
export function runRandomAction(deps: SimulationDeps): void {
  let at = deps.random.next() * total;
  const action = actions.find(({ weight }) => {
    at -= weight;
    return at < 0;
  });
  const what = action?.run(deps);
  if (what !== undefined) deps.log(what);
}
