import type { LanpeerNode } from '../../src/index.ts';
import type { Implementation } from './implementation.ts';
import type { Rpc } from './rpc.ts';

/** lanpeer in the loop `for (…) await node.send(…)`. */
export function lanpeerImplementation(
  name: string,
  node: LanpeerNode,
  to: string,
  rpc: Rpc,
  { volatile = false } = {},
): Implementation {
  const text = 'x'.repeat(100);
  return {
    name,
    async flood(bytes, count) {
      rpc.send('count', count);
      await rpc.next('counting');
      // Text where it is small, as programs send it; bytes where it is not.
      const data = bytes <= 1_024 ? 'x'.repeat(bytes) : new Uint8Array(bytes);
      const begun = performance.now();
      for (let sent = 0; sent < count; sent += 1) await node.send(to, 'flood', data, { volatile });
      await rpc.next('counted');
      return (performance.now() - begun) / 1_000;
    },
    async ping() {
      const begun = performance.now();
      await node.request(to, 'echo', text);
      return performance.now() - begun;
    },
    close: () => Promise.resolve(),
  };
}

/** The other end. */
export function serveLanpeer(node: LanpeerNode, rpc: Rpc): void {
  let left = 0;
  node.respond('echo', ({ data }) => data);
  node.handle('flood', () => {
    left -= 1;
    if (left === 0) rpc.send('counted');
  });
  rpc.on('count', (count) => {
    left = Number(count);
    rpc.send('counting');
  });
}
