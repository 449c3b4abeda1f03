import { limits } from '../../limits.ts';
import type { DeviceId } from '../../protocol/device-id.ts';
import type { NodeStreamsSource } from '../../streams/node-streams.ts';

/**
 * Reports how far large messages have come: at their end, and each time that a step of `limits.messages.progressBytes`
 * is passed. `no` numbers the messages of one peer and direction.
 */
export function reportProgress(
  source: NodeStreamsSource,
  peerId: DeviceId,
  direction: 'in' | 'out',
): (no: number, bytes: number, total: number) => void {
  const steps = new Map<number, number>();
  return (no, bytes, total) => {
    if (total <= limits.messages.largeBytes) return;
    const step = Math.floor(bytes / limits.messages.progressBytes);
    if (bytes < total && step === (steps.get(no) ?? 0)) return;
    if (bytes < total) steps.set(no, step);
    else steps.delete(no);
    // Steps of messages that never came to their end.
    if (steps.size > 4 * limits.messages.interleaved) steps.clear();
    source.transfer({ peerId, direction, no, bytes, total });
  };
}
