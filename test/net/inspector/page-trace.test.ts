import { describe, expect, it } from 'vitest';
import type { LanpeerError } from '../../../src/index.ts';
import { limits } from '../../../src/limits.ts';
import { ask, follow, open } from '../../support/inspector-page.ts';
import { connect, startNodes } from '../../support/nodes.ts';

const codeOf = (promise: Promise<unknown>): Promise<string | undefined> =>
  promise.then(
    () => undefined,
    ({ code }: LanpeerError) => code,
  );

describe('what a page is told', () => {
  it('is how everything stands, what happened before, and what happens', async () => {
    const [watched, other] = await startNodes(2, { inspector: true });
    if (!watched || !other) throw new Error('two nodes were asked for');
    const { port, cookie } = await follow(await watched.inspect());
    const page = open(port, { Origin: `http://127.0.0.1:${port}`, Cookie: cookie });
    await page.until(({ t }) => t === 'state');
    expect(page.traceEvents[0]).toMatchObject({
      t: 'hello',
      live: true,
      id: watched.id,
      name: watched.name,
      port: watched.port,
    });
    await connect(watched, other);
    await watched.send(other.id, 'quiet', { text: 'a secret of the two' });
    await page.until((traceEvent) => traceEvent.t === 'step' && traceEvent.about?.state === 'connected');
    await page.until((traceEvent) => traceEvent.t === 'peer' && traceEvent.peer?.name === other.name);
    await page.until((traceEvent) => traceEvent.t === 'signal' && traceEvent.step.step === 'open');
    await page.until((traceEvent) => traceEvent.t === 'figures' && traceEvent.peers[other.id]?.messages.sent === 1);
    expect(JSON.stringify(page.traceEvents)).not.toMatch(/a secret of the two|"quiet"/);
    // A later request gets the same answer.
    const late = open(port, { Origin: `http://127.0.0.1:${port}`, Cookie: cookie });
    const state = await late.until(({ t }) => t === 'state');
    expect(state).toMatchObject({
      actors: [
        { actor: 'node', value: { running: 'active' } },
        { actor: `peer:${other.id}`, about: { state: 'connected' } },
      ],
      peers: [{ id: other.id }],
    });
    expect(
      late.traceEvents.some((traceEvent) => traceEvent.t === 'step' && traceEvent.event.type === 'link.open'),
    ).toBe(true);
    await watched.stop();
    await Promise.all([page.closed, late.closed]);
    expect(await codeOf(watched.inspect())).toBe('ERR_NOT_RUNNING');
    await expect(ask(port)).rejects.toThrow(/ECONNREFUSED/);
  });

  it('has messages in it only when the node was told to show them', async () => {
    const [watched, other] = await startNodes(2, { inspector: { messages: true } });
    if (!watched || !other) throw new Error('two nodes were asked for');
    const { port, cookie } = await follow(await watched.inspect());
    const page = open(port, { Origin: `http://127.0.0.1:${port}`, Cookie: cookie });
    await page.until(({ t }) => t === 'state');
    await connect(watched, other);
    await watched.send(other.id, 'note', { text: 'x'.repeat(10_000), bytes: new Uint8Array(1_000) });
    await other.send(watched.id, 'answer', [1, 2]);
    expect(await page.until((traceEvent) => traceEvent.t === 'message' && traceEvent.direction === 'in')).toMatchObject(
      {
        type: 'answer',
        preview: '[1,2]',
      },
    );
    const sent = await page.until((traceEvent) => traceEvent.t === 'message' && traceEvent.direction === 'out');
    expect(sent).toMatchObject({ type: 'note', peer: other.id });
    expect(JSON.stringify(sent).length).toBeLessThan(limits.inspector.previewChars + 300);
  });
});
