import type { LanpeerNode } from '../../src/index.ts';
import type { Contender } from './contender.ts';
import type { Post } from './rpc.ts';

/** lanpeer in the loop `for (…) await node.send(…)`. */
export function lanpeerContender(
  name: string,
  node: LanpeerNode,
  to: string,
  post: Post,
  { volatile = false } = {},
): Contender {
  const text = 'x'.repeat(100);
  return {
    name,
    async flood(bytes, count) {
      post.send('count', count);
      await post.next('counting');
      // Text where it is small, as programs send it; bytes where it is not.
      const data = bytes <= 1_024 ? 'x'.repeat(bytes) : new Uint8Array(bytes);
      const begun = performance.now();
      for (let sent = 0; sent < count; sent += 1) await node.send(to, 'flood', data, { volatile });
      await post.next('counted');
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
export function serveLanpeer(node: LanpeerNode, post: Post): void {
  let left = 0;
  node.respond('echo', ({ data }) => data);
  node.handle('flood', () => {
    left -= 1;
    if (left === 0) post.send('counted');
  });
  post.on('count', (count) => {
    left = Number(count);
    post.send('counting');
  });
}
