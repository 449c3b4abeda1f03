import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { startFlapping } from '../../bench/support/flapping.ts';
import { findChromium } from '../support/browser.ts';
import { connection, makeDirectory, makeKeyFile, start, startNode, upgraded } from '../support/cli.ts';
import { closePages, drawn, lit, look, row, shown, stops } from '../support/inspector-browser.ts';
import { connect, startNodes } from '../support/nodes.ts';

afterEach(closePages);

describe.skipIf(findChromium() === undefined)('the page in Chromium', () => {
  it('shows two processes; one is killed and comes back, and the chart follows', async () => {
    const keyFile = await makeKeyFile();
    const states = [await makeDirectory(), await makeDirectory()] as const;
    const a = await startNode({ keyFile, state: states[0], more: ['--name', 'desk', '--inspect'] });
    const { url } = await a.cli.waitFor('inspector', ({ event }) => event === 'inspector');
    const page = await look(String(url));
    expect(page.url()).not.toContain('token');
    const b = await startNode({ keyFile, state: states[1], more: ['--name', 'shelf'] });
    await row(page, b.id, 'connected').click();
    await lit(page, 'connected').waitFor();

    await a.cli.waitFor('upgraded', upgraded(b.id));
    const failed = shown(page, b.id, 'failed');
    const killed = Date.now();
    b.cli.kill('SIGKILL');
    await failed;
    const noticed = Date.now() - killed;
    const from = a.cli.events.length;
    const again = await startNode({ keyFile, state: states[1], more: ['--name', 'shelf'] });
    const up = Date.now();
    await row(page, b.id, 'connected').waitFor({ timeout: 10_000 });
    await lit(page, 'connected').waitFor();
    process.stdout.write(`browser: killed, seen ${noticed} ms later; back, seen ${Date.now() - up} ms later\n`);
    expect(again.id).toBe(b.id);
    await a.cli.waitFor('connected again', connection(b.id, 'connected'), { from });

    await page.locator('[data-view="transitions"]').click();
    const history = page.getByTestId('history');
    for (const reason of ['opened', 'upgraded', 'gone']) {
      // Only rows in sight are drawn, and each retry until the peer is back adds two.
      await page.getByTestId('reason').selectOption(reason);
      await history.getByText(reason, { exact: true }).first().waitFor();
    }
    await page.locator('[data-view="signalling"]').click();
    await page.getByTestId('sequence').getByText(/offer/).first().waitFor();
    await page.locator('[data-view="mesh"]').click();
    await page.locator(`[data-mesh="${b.id}"]`).waitFor();
  });

  it('shows the open streams of a peer, and how quickly they are read', async () => {
    const [node, other] = await startNodes(2, { inspector: true });
    if (!node || !other) throw new Error('two nodes were asked for');
    await connect(node, other);
    const page = await look(await node.inspect());
    await page.locator('[data-view="streams"]').click();
    const streams = page.getByTestId('streams');
    await streams.getByText('No byte stream is open.').waitFor();
    other.acceptStream('film', async ({ readable }) => {
      for await (const _ of readable);
    });
    const { writable } = await node.openStream(other.id, 'film');
    const writer = writable.getWriter();
    await writer.write(new Uint8Array(500_000));
    await streams.getByText(/→ .* film/).waitFor();
    await streams.getByText('of 500 kB').waitFor();
    await streams.getByText('credit 65.5 kB').first().waitFor();
    await writer.close();
    await page.locator('[data-view="node"]').click();
    await page.getByTestId('figures').getByText('500 kB', { exact: true }).first().waitFor();
  });

  it('plays a recording', async () => {
    const file = join(await makeDirectory(), 'field.jsonl');
    const keyFile = await makeKeyFile();
    const more = ['--name', 'desk', '--record', file, '--mask'];
    const a = await startNode({ keyFile, state: await makeDirectory(), more });
    const b = await startNode({ keyFile, state: await makeDirectory(), more: ['--name', 'shelf'] });
    await a.cli.waitFor('connected', connection(b.id, 'connected'));
    b.cli.kill('SIGKILL');
    await a.cli.waitFor('failed', connection(b.id, 'failed'));
    a.cli.write({ do: 'stop' });
    expect(await a.cli.exited).toBe(0);

    const shown = start(['inspect', file, '--print']);
    const link = await new Promise<string>((resolve) =>
      shown.child.stdout?.once('data', (data) => resolve(String(data))),
    );
    const page = await look(link.trim());
    await page.getByTestId('timeline').waitFor();
    await expect.poll(() => page.evaluate('document.documentElement.dataset.source')).toBe('recording');
    expect(await page.content()).not.toMatch(new RegExp(`shelf|${b.id}`));

    const slider = page.getByTestId('time');
    const goTo = async (edge: 'min' | 'max') => slider.fill(String(await slider.getAttribute(edge)));
    await goTo('min');
    await expect.poll(() => page.locator('[data-peer]').count()).toBe(0);
    const next = page.getByLabel('Next transition');
    for (const state of ['connecting', 'connected', 'failed']) {
      const found = page.locator(`[data-peer][data-state="${state}"]`);
      for (let steps = 0; steps < 20 && (await found.count()) === 0; steps += 1) {
        await next.click();
        await page.evaluate(drawn);
      }
      await found.waitFor();
    }
    await goTo('max');
    await page.getByTestId('node-state').getByText('stopped').waitFor();
    shown.kill('SIGTERM');
    expect(await shown.exited).toBe(0);
  });

  it('works by keyboard, in the dark and on a phone', async () => {
    const [node, ...others] = await startNodes(4, { inspector: true });
    if (!node) throw new Error('nodes were asked for');
    const page = await look(await node.inspect(), { colorScheme: 'dark', viewport: { width: 360, height: 740 } });
    for (const other of others) await connect(node, other);
    await expect.poll(() => page.locator('[data-peer][data-state="connected"]').count()).toBe(3);
    const isWide = () => page.evaluate('document.documentElement.scrollWidth > innerWidth');
    for (const view of ['transitions', 'signalling', 'mesh', 'node', 'errors', 'messages', 'streams', 'diagnosis']) {
      await page.locator(`[data-view="${view}"]`).click();
      expect(await isWide(), view).toBe(false);
    }
    const background = String(await page.evaluate('getComputedStyle(document.body).backgroundColor'));
    const [red = 255] = (/\d+/.exec(background) ?? []).map(Number);
    expect(red).toBeLessThan(64);
    await page.keyboard.press('Escape');
    await page.keyboard.press('/');
    await page.keyboard.type(others[1]?.name ?? '');
    await expect.poll(() => page.locator('[data-peer]').count()).toBe(1);
    await page.keyboard.press('Escape');
    await expect.poll(() => page.locator('[data-peer]').count()).toBe(3);
  });

  it('follows two hundred peers whose links break all the time, and answers meanwhile', async () => {
    const world = await startFlapping(200);
    stops.add(world.stop);
    const page = await look(await world.node.inspect());
    const shown = page.getByTestId('shown');
    await shown.getByText('200 of 200').waitFor();
    const settle = world.flap(10);
    for (const [at, view] of ['transitions', 'signalling', 'mesh', 'node', 'errors'].entries()) {
      await page.keyboard.press('/');
      await page.keyboard.type(`peer ${100 + 10 * at}`);
      await shown.getByText('1 of 200', { exact: true }).waitFor();
      await page.locator('[data-peer]').click();
      await page
        .getByTestId('details')
        .getByText(`peer ${100 + 10 * at}`)
        .first()
        .waitFor();
      await page.locator(`[data-view="${view}"]`).click();
      await page.keyboard.press('Escape');
      await shown.getByText('200 of 200').waitFor();
    }
    await page.locator('[data-state="connecting"], [data-state="failed"]').first().waitFor();
    settle();
    await page.getByRole('button', { name: 'connected 200' }).waitFor({ timeout: 20_000 });
  });
});
