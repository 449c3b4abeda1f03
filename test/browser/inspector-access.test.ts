import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { makeNetworkKey } from '../../src/index.ts';
import { expectComplaints, findChromium, newBrowser } from '../support/browser.ts';
import { makeDirectory, makeKeyFile, startNode } from '../support/cli.ts';
import { closePages, look, stops } from '../support/inspector-browser.ts';
import { connect, startNodes } from '../support/nodes.ts';

afterEach(closePages);

describe.skipIf(findChromium() === undefined)('the page in Chromium', () => {
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
    const text = await readFile(new URL('cross-origin.html', import.meta.url), 'utf8');
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
    const properties = { '<img src=y onerror=window.pwned=1>': { html: '<svg/onload=window.pwned=2>' } };
    const [other] = await startNodes(1, { access, properties, name: '</script><svg/onload=window.pwned=1>{{1}}' });
    if (!node || !other) throw new Error('two nodes were asked for');
    const page = await look(await node.inspect());
    await connect(node, other);
    await other.send(node.id, 'a:b', { html: '<script>window.pwned=1</script>' });
    await page.getByText('</script><svg/onload=window.pwned=1>{{1}}').first().waitFor();
    await page.getByText(hostile).first().waitFor();
    other.join('<b onclick=window.pwned=1>group</b>');
    await page.locator(`[data-peer="${other.id}"]`).click();
    const presence = page.getByTestId('presence');
    for (const text of ['<b onclick=window.pwned=1>group</b>', '<img src=y onerror=window.pwned=1>'])
      await presence.getByText(text, { exact: true }).waitFor();
    await presence.getByText('{"html":"<svg/onload=window.pwned=2>"}', { exact: true }).waitFor();
    for (const view of ['transitions', 'signalling', 'mesh', 'node', 'errors', 'messages', 'streams', 'diagnosis']) {
      await page.locator(`[data-view="${view}"]`).click();
      if (view === 'messages') await page.getByText('<script>window.pwned=1</script>').first().waitFor();
    }
    expect(await page.evaluate(() => 'pwned' in globalThis)).toBe(false);
    expect(await page.locator('img, .details b[onclick]').count()).toBe(0);
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
