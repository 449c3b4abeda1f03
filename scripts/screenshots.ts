// Takes the pictures of the inspector's page for the README: real nodes on loopback, of which one is killed.
//   npm run screenshots
import { mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Browser } from 'playwright-core';
import { filter, firstValueFrom } from 'rxjs';
import { createNode, type LanpeerNode, makeNetworkKey } from '../src/index.ts';
import { startCli } from '../src/testing/cli-process.ts';
import { launchChromium } from './chromium.ts';

const folder = fileURLToPath(new URL('../docs/images/', import.meta.url));
const networkKey = makeNetworkKey();
const common = { access: { networkKey }, interfaces: ['127.0.0.1'], discovery: false } as const;

async function startNode(name: string, more: { readonly inspector?: boolean } = {}): Promise<LanpeerNode> {
  const node = createNode({ name, ...common, ...more });
  node.handleAll(() => undefined);
  await node.start();
  return node;
}

const connectTo = (from: LanpeerNode, { id, port }: { readonly id: string; readonly port: number }) =>
  from.connect({ address: '127.0.0.1', port, id });

async function takePicture(browser: Browser, link: string, name: string, options: object, peer: string): Promise<void> {
  const page = await (await browser.newContext({ viewport: { width: 1360, height: 850 }, ...options })).newPage();
  await page.goto(link);
  await page.locator(`[data-peer="${peer}"]`).click();
  if (name === 'inspector-dark') {
    await page.getByText('whole', { exact: true }).click();
    await page.locator('[data-view="mesh"]').click();
  }
  // What fades has faded.
  await page.waitForTimeout(1_500);
  await page.screenshot({ path: `${folder}${name}.png` });
  await page.close();
}

const desk = await startNode('desk', { inspector: true });
const others = await Promise.all(['kitchen display', 'workshop', 'shelf', 'gate'].map((name) => startNode(name)));
const run = ['run', '--json', '--interface', '127.0.0.1', '--no-discovery', '--ephemeral', '--name', 'printer'];
const printer = startCli(run, { env: { ...process.env, LANPEER_KEY: networkKey } });
const ready = await printer.waitFor('ready', ({ event }) => event === 'ready');
const printerId = String(ready['id']);
const browser = await launchChromium();
try {
  mkdirSync(folder, { recursive: true });
  for (const other of others) await connectTo(desk, other);
  await connectTo(desk, { id: printerId, port: Number(ready['port']) });
  const [display, , , gate] = others;
  const chatter = setInterval(() => {
    void desk.broadcast('temperature', { celsius: 21.5, at: Date.now() }).catch(() => undefined);
    void display?.send(desk.id, 'frame', new Uint8Array(4_000)).catch(() => undefined);
  }, 20);
  await gate?.stop();
  printer.kill('SIGKILL');
  const gone = desk.connections$.pipe(
    filter(({ id, state, attempt }) => id === printerId && state === 'failed' && attempt > 4),
  );
  await firstValueFrom(gone);
  await takePicture(browser, await desk.inspect(), 'inspector-light', { colorScheme: 'light' }, printerId);
  await takePicture(browser, await desk.inspect(), 'inspector-dark', { colorScheme: 'dark' }, display?.id ?? '');
  const phone = { colorScheme: 'dark', viewport: { width: 390, height: 844 }, deviceScaleFactor: 2 };
  await takePicture(browser, await desk.inspect(), 'inspector-phone', phone, printerId);
  clearInterval(chatter);
} finally {
  await browser.close();
  await Promise.all([desk, ...others].map((node) => node.stop()));
}
