import { LanpeerError, type LanpeerErrorCode } from '../../../errors.ts';
import type { DeviceId } from '../../../protocol/device-id.ts';
import type { TcpResult } from '../../../protocol/probe.ts';
import { sleep } from '../../../util/abort.ts';
import type { Reached, ReachTarget } from '../port.ts';
import type { MemoryNetworkOptions } from './memory-network-options.ts';

/**
 * Who listens there, without a wire to it. Rejects with `ERR_ABORTED`.
 * @param lookUp That host, the code of a dial where nobody listens, or undefined: nothing answers.
 */
export async function reachInMemory(
  { clock, delayMs, lateMs }: Pick<MemoryNetworkOptions, 'clock' | 'delayMs' | 'lateMs'>,
  from: string,
  target: ReachTarget,
  lookUp: () => { readonly id: DeviceId } | LanpeerErrorCode | undefined,
): Promise<Reached> {
  const { id: expected, signal, tcpMs } = target;
  const tripMs = delayMs + lateMs(from, target.address);
  const begun = clock.monotonic();
  const end = (tcp: TcpResult, more: Partial<Reached> = {}): Reached => ({
    tcp,
    tls: null,
    id: null,
    ms: clock.monotonic() - begun,
    errno: null,
    ...more,
  });
  try {
    await sleep(clock, tripMs, signal);
    const found = lookUp();
    if (typeof found === 'string') return end(found === 'ERR_REFUSED' ? 'refused' : 'unreachable');
    if (found) return end('open', { tls: found.id === (expected ?? found.id) ? 'expected' : 'other', id: found.id });
    await sleep(clock, tcpMs - tripMs, signal);
    return end('timed-out');
  } catch {
    throw new LanpeerError('ERR_ABORTED');
  }
}
