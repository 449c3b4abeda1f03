import type { LanpeerNode } from '../api.ts';
import type { Output } from './output.ts';

/** Shows what the node tells, as JSON lines or for people. */
export function show(node: LanpeerNode, output: Output, write: (event: object) => void): void {
  node.deviceEvents$.subscribe(({ change, device: { id, name, addresses, port } }) => {
    write({ event: 'device', change, id, name, addresses, port });
  });
  node.connections$.subscribe(({ id, state, previous, via, reason, code, attempt, next, gaveUp, at }) => {
    write({
      event: 'connection',
      id,
      state,
      previous,
      via,
      reason,
      ...(code !== null && { code }),
      attempt,
      next,
      ...(gaveUp && { gaveUp }),
      at,
    });
  });
  node.sessions$.subscribe(({ id, change, at }) => write({ event: 'session', id, change, at }));
  node.noticeEvents$.subscribe(({ change, notice: { code, message }, at }) => {
    write({ event: 'notice', change, code, message, at });
  });
  node.errors$.subscribe(({ code, message }) => write({ event: 'error', code, message }));
  // As a handler, not as a subscriber: when the reader does not keep up, the senders are to feel it.
  node.handleAll(({ senderId, type, data, timestamp }) => {
    write({ event: 'message', from: senderId, type, data, timestamp });
    return output.room();
  });
}
