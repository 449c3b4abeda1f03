import type { LanpeerNode } from '../../api/node.ts';
import type { Clock } from '../../environment.ts';
import { BenchLease } from './lease.ts';

/** Type of the messages that are received for nothing else but to be measured, and of the requests before and after them. */
export const benchType = 'lanpeer/bench';

/** Of other data, which no measurement sends, it is more than any peer may send. */
const sizeOf = (data: unknown): number =>
  typeof data === 'string' ? data.length : data instanceof Uint8Array ? data.byteLength : Number.POSITIVE_INFINITY;

/**
 * Takes part in the measurements of peers: the request `begin` asks for the lease, and `busy` answers it while another peer
 * has it; `end` gives it back. Messages are discarded; a peer
 * that sends any without the lease, more than it allows, or what no measurement sends is disconnected.
 */
export function serveBench(
  node: LanpeerNode,
  clock: Pick<Clock, 'monotonic'>,
  tell: (event: object) => void = () => undefined,
): void {
  const lease = new BenchLease(clock);
  const end = (id: string): void => {
    if (lease.end(id)) tell({ event: 'bench', change: 'ended', id });
  };
  node.respond('echo', ({ data }) => data);
  node.respond(benchType, ({ senderId, data }) => {
    if (data === 'end') {
      end(senderId);
      return 'ended';
    }
    const answer = lease.begin(senderId);
    if (answer === 'begun') tell({ event: 'bench', change: 'begun', id: senderId });
    return answer;
  });
  node.handle(benchType, ({ senderId, data }) => {
    if (lease.takes(senderId, sizeOf(data))) return;
    end(senderId);
    node.disconnect(senderId).catch(() => undefined);
  });
  node.connections$.subscribe(({ id, state }) => {
    if (state !== 'connected') end(id);
  });
}
