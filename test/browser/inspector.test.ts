import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterEach, describe, expect, it } from 'vitest';
import { startFlapping } from '../../bench/support/flapping.ts';
import { makeNetworkKey } from '../../src/index.ts';
import { closeBrowsers, expectComplaints, findChromium, newBrowser } from '../support/browser.ts';
import { connection, makeDirectory, makeKeyFile, start, startNode, upgraded } from '../support/cli.ts';
import { connect, startNodes } from '../support/nodes.ts';

const stops = new Set<() => Promise<void>>();

// The last hook of a file runs first: nodes are stopped by the support files' own.
afterEach(async () => {
  try {
    await closeBrowsers();
  } finally {
    for (const stop of stops) await stop();
    stops.clear();
  }
});

const row = (page: Page, id: string, state: string) => page.locator(`[data-peer="${id}"][data-state="${state}"]`);
/** The state in the chart, while the machine is in it. */
const lit = (page: Page, state: string) => page.locator(`[data-testid="chart"] [data-path="${state}"].lit`);

/** Two frames later everything that was asked for has been drawn. */
const drawn = 'new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))';

async function look(link: string, options: Parameters<typeof newBrowser>[0] = {}): Promise<Page> {
  const page = await (await newBrowser(options)).newPage();
  await page.goto(link);
  return page;
}

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
    const killed = Date.now();
    b.cli.kill('SIGKILL');
    await row(page, b.id, 'failed').waitFor({ timeout: 5_000 });
    await lit(page, 'failed').waitFor();
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

  it('needs an unused link, and shows nothing without', async () => {
    const [node] = await startNodes(1, { inspector: true });
    const link = String(await node?.inspect());
    const first = await look(link);
    await first.getByTestId('source').getByText('live').waitFor();
    await first.reload();
    await first.getByTestId('source').getByText('live').waitFor();
    for (const bad of [link, link.replace(/token=.*/, 'token=guess'), link.replace(/\?.*/, '')]) {
      const page = await (await newBrowser()).newPage();
      const response = await page.goto(bad);
      expect(response?.status()).toBe(403);
      expect(await page.content()).not.toContain('/page/main.js');
    }
    expectComplaints(/403 \(Forbidden\)/);
  });

  it('is out of reach for other pages of the same browser', async () => {
    const [node] = await startNodes(1, { inspector: true });
    const link = new URL(String(await node?.inspect()));
    const context = await newBrowser();
    const own = await context.newPage();
    await own.goto(link.href);
    await own.getByTestId('source').getByText('live').waitFor();

    // Cookies do not tell ports apart: a page of another program of this machine has ours.
    const text = await readFile(new URL('stranger.html', import.meta.url), 'utf8');
    const server = createServer((_, response) => response.setHeader('Content-Type', 'text/html').end(text));
    await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
    stops.add(() => new Promise((resolve) => void server.close(() => resolve())));
    const stranger = await context.newPage();
    for (const host of ['127.0.0.1', 'localhost', 'rebound.example']) {
      await stranger.goto(`http://${host}:${(server.address() as AddressInfo).port}/#${link.port}`);
      await expect.poll(() => stranger.title(), { timeout: 10_000 }).toMatch(/^got/);
      expect(new Set((await stranger.title()).split(' ').slice(1)), host).toEqual(new Set(['refused']));
    }
    // A foreign DNS name, with a link that would be valid.
    const fresh = new URL(String(await node?.inspect()));
    const response = await stranger.goto(`http://rebound.example:${fresh.port}/${fresh.search}`);
    expect(response?.status()).toBe(403);
    expectComplaints(/403|CORS|Opener-Policy|ERR_FAILED|ERR_BLOCKED|WebSocket|MIME|Refused/);
  });

  it('runs no script that a peer sends', async () => {
    const hostile = '<img src=x onerror="window.pwned=1">\u202e\u0007{{7*7}}';
    const access = { networkKey: makeNetworkKey() };
    const [node] = await startNodes(1, { access, name: hostile, inspector: { messages: true } });
    const [other] = await startNodes(1, { access, name: '</script><svg/onload=window.pwned=1>{{1}}' });
    if (!node || !other) throw new Error('two nodes were asked for');
    const page = await look(await node.inspect());
    await connect(node, other);
    await other.send(node.id, 'a:b', { html: '<script>window.pwned=1</script>' });
    await page.getByText('</script><svg/onload=window.pwned=1>{{1}}').first().waitFor();
    await page.getByText(hostile).first().waitFor();
    for (const view of ['transitions', 'signalling', 'mesh', 'node', 'errors', 'messages']) {
      await page.locator(`[data-view="${view}"]`).click();
      if (view === 'messages') await page.getByText('<script>window.pwned=1</script>').first().waitFor();
    }
    expect(await page.evaluate(() => 'pwned' in globalThis)).toBe(false);
    expect(await page.locator('img').count()).toBe(0);
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
    for (const view of ['transitions', 'signalling', 'mesh', 'node', 'errors', 'messages']) {
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

  it('says that the node is gone, and where a new link comes from', async () => {
    const keyFile = await makeKeyFile();
    const state = await makeDirectory();
    const a = await startNode({ keyFile, state, more: ['--inspect'] });
    const { url } = await a.cli.waitFor('inspector', ({ event }) => event === 'inspector');
    const page = await look(String(url));
    await page.getByTestId('source').getByText('live').waitFor();
    // Its charts and words come after that.
    await page.waitForLoadState('networkidle');
    a.cli.kill('SIGKILL');
    await page.getByTestId('lost').waitFor();
    await page.getByText(/ask for a new one with/).waitFor({ timeout: 20_000 });
    expectComplaints(/WebSocket/);
  });
});
