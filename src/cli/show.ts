import type { LanpeerNode } from '../api/node.ts';
import type { Peer } from '../api/peers.ts';
import type { Output } from './output.ts';

/** Shows what the node tells, as JSON lines or for people. */
export function show(node: LanpeerNode, { tell, write, room }: Output): void {
  node.deviceEvents$.subscribe(({ change, device: { id, name, networkTag, addresses, port } }) => {
    tell({ event: 'device', change, id, name, networkTag, addresses, port });
  });
  node.connections$.subscribe(({ id, state, previous, via, reason, code, attempt, next, gaveUp, at }) => {
    tell({
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
  showPresence(node, tell);
  showTrust(node, tell);
  node.sessions$.subscribe(({ id, change, at }) => tell({ event: 'session', id, change, at }));
  node.noticeEvents$.subscribe(({ change, notice: { code, message }, at }) => {
    tell({ event: 'notice', change, code, message, at });
  });
  node.errors$.subscribe(({ code, message }) => tell({ event: 'error', code, message }));
  // As a handler, not as a subscriber: when the reader does not keep up, the senders are to feel it.
  node.handleAll(({ senderId, type, data, timestamp, group }) => {
    const say = (): Promise<void> | undefined => {
      write({ event: 'message', from: senderId, type, ...(group !== undefined && { group }), data, timestamp });
      return room();
    };
    // Behind what happened before it.
    return room()?.then(say) ?? say();
  });
}

/** Tells what peers say of themselves, at every change of it. */
function showPresence(node: LanpeerNode, tell: Output['tell']): void {
  let before: ReadonlyMap<string, Peer> = new Map();
  node.peers$.subscribe((peers) => {
    for (const [id, { properties, groups }] of peers) {
      const known = before.get(id);
      const isEmpty = Object.keys(properties).length === 0 && groups.length === 0;
      const isSame = known ? known.properties === properties && known.groups.join('\n') === groups.join('\n') : isEmpty;
      if (!isSame) tell({ event: 'peer', id, properties, groups });
    }
    before = peers;
  });
}

/** Tells who begins to wait for a person, and whom the node lets in, or no more, from now on. */
function showTrust(node: LanpeerNode, tell: Output['tell']): void {
  let waiting: ReadonlyMap<string, unknown> = new Map();
  node.pending$.subscribe((pending) => {
    for (const [id, { name, address, sameNameAs }] of pending)
      if (!waiting.has(id)) tell({ event: 'pending', id, name, address, sameNameAs });
    waiting = pending;
  });
  let trusted: ReadonlyMap<string, { readonly name: string }> = new Map();
  node.trusted$.subscribe((now) => {
    const before = trusted;
    trusted = now;
    // What the state directory has at the start is no news.
    if (node.state !== 'running') return;
    for (const [id, { name }] of now)
      if (before.get(id)?.name !== name) tell({ event: 'trust', change: 'trusted', id, name });
    for (const [id, { name }] of before) if (!now.has(id)) tell({ event: 'trust', change: 'removed', id, name });
  });
}
