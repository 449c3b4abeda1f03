import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { recordLink } from '../../../src/testing/compliance/transport-pair.ts';
import { loopback, weriftOnLoopback } from '../../support/transport/werift-pair.ts';

const addressOf = (pair: string | undefined): string | undefined => pair?.split(':')[0];

describe('the pairs of addresses that a link tries', () => {
  it('none before it knows the other end, then each with what came of it, also after its end', async () => {
    const transport = weriftOnLoopback();
    const [a, b] = [recordLink(transport, 'offerer', loopback), recordLink(transport, 'answerer', loopback)];
    expect([a.link.pairs?.(), b.link.pairs?.()]).toEqual([[], []]);
    a.deliver((body) => b.link.signal(body));
    b.deliver((body) => a.link.signal(body));
    await Promise.all([a, b].map((end) => end.when(() => end.count('open') > 0)));
    const open = a.link.pairs?.() ?? [];
    expect(open.map(({ local, remote }) => [addressOf(local), addressOf(remote)])).toEqual([[loopback, loopback]]);
    expect(open[0]).toMatchObject({ state: 'answered', heard: true });
    expect(b.link.pairs?.()[0]).toMatchObject({ local: open[0]?.remote, remote: open[0]?.local, state: 'answered' });
    await Promise.all([a.link.close(), b.link.close()]);
    expect(a.link.pairs?.()).toEqual(open);
  });

  it('one where nobody answers', async () => {
    // A port that is there, and silent.
    const silent = createSocket('udp4');
    silent.bind(0, loopback);
    await once(silent, 'listening');
    const { port } = silent.address();
    const transport = weriftOnLoopback();
    const [a, b] = [recordLink(transport, 'offerer', loopback), recordLink(transport, 'answerer', loopback)];
    a.deliver((body) => {
      const { candidates, ...description } = body as { readonly candidates: readonly object[] };
      b.link.signal({ ...description, candidates: candidates.map((one) => ({ ...one, port })) });
    });
    const checked = once(silent, 'message');
    await b.when(() => b.bodies.length > 0);
    await checked;
    const pairs = b.link.pairs?.() ?? [];
    expect(pairs).toMatchObject([{ remote: `${loopback}:${port}`, state: 'checking', heard: false }]);
    await Promise.all([a.link.close(), b.link.close()]);
    silent.close();
  });
});
