import type { Page } from 'playwright-core';
import { afterEach, describe, expect, it } from 'vitest';
import { findChromium } from '../support/browser.ts';
import { closePages, look } from '../support/inspector-browser.ts';
import { type SceneOptions, sceneOf, serveTraceEvents } from '../support/inspector-scene.ts';
import { faultsOfLayout } from '../support/page-layout.ts';

afterEach(closePages);

const desktop = { width: 1600, height: 900 };
const laptop = { width: 1280, height: 720 };
const small = { width: 1024, height: 640 };
const phone = { width: 360, height: 740 };

async function open(
  options: SceneOptions,
  viewport: { width: number; height: number },
  colorScheme: 'light' | 'dark' = 'light',
) {
  const { ids, traceEvents } = sceneOf(options);
  const page = await look(await serveTraceEvents(traceEvents), { viewport, colorScheme });
  await page.getByTestId('shown').getByText(`of ${ids.length}`).waitFor();
  return { page, ids };
}

/** A list has only the rows that are in sight. */
async function select(page: Page, id: string): Promise<void> {
  await page.locator('#filter').fill(id);
  await page.locator(`[data-peer="${id}"]`).click();
  await page.locator('#filter').fill('');
}

/** In every view; polled, since what is measured is drawn once more. */
async function expectSound(page: Page, what: string): Promise<void> {
  const tabs = page.locator('[data-view]');
  for (const view of await tabs.evaluateAll((found) => found.map((tab) => tab.getAttribute('data-view')))) {
    await page.locator(`[data-view="${view}"]`).click();
    await expect.poll(() => faultsOfLayout(page), { message: `${what}, ${view}`, timeout: 5_000 }).toEqual([]);
  }
}

describe.skipIf(findChromium() === undefined)('how the page looks in Chromium', () => {
  for (const viewport of [desktop, laptop, small, phone]) {
    const size = `${viewport.width} × ${viewport.height}`;
    for (const peers of [0, 1, 50])
      it(`cuts nothing with ${peers} peers at ${size}`, async () => {
        const { page, ids } = await open({ peers }, viewport);
        if (ids[0] !== undefined) await select(page, ids[0]);
        await expectSound(page, size);
      });

    it(`cuts nothing in the dark at ${size}`, async () => {
      const { page, ids } = await open({ peers: 5 }, viewport, 'dark');
      await select(page, String(ids[2]));
      await expectSound(page, size);
    });

    it(`keeps hostile names in their places at ${size}`, async () => {
      const { page, ids } = await open({ peers: 5, hostile: true }, viewport);
      await expectSound(page, 'none selected');
      await select(page, String(ids[1]));
      await expectSound(page, 'one selected');
    });

    it(`stays whole with text of twice the size at ${size}`, async () => {
      const { page, ids } = await open({ peers: 5 }, viewport);
      await page.evaluate('document.documentElement.style.fontSize = "26px"');
      await select(page, String(ids[3]));
      await expectSound(page, 'twice the size');
    });
  }

  it('explains transitions in whole sentences, also on a phone', async () => {
    for (const viewport of [laptop, phone]) {
      const { page, ids } = await open({}, viewport);
      await page.locator(`[data-peer="${ids[3]}"]`).click();
      const history = page.getByTestId('history');
      const meaning = history.getByText(/^no address of the peer answered — .*\.$/).first();
      await meaning.scrollIntoViewIfNeeded();
      const rightOf = async (locator: typeof meaning) => {
        const box = await locator.boundingBox();
        return box ? box.x + box.width : Number.NaN;
      };
      expect(await rightOf(meaning)).toBeLessThanOrEqual(await rightOf(history));
    }
  });

  it('has the whole chart on a phone, and the details in sight after a tap', async () => {
    const { page, ids } = await open({ peers: 50 }, phone);
    const chart = page.getByTestId('chart');
    for (const id of [ids[0], ids[3]]) {
      await page.locator('#filter').fill(String(id));
      await page.locator(`[data-peer="${id}"]`).click();
      await page.getByTestId('details').getByText(String(id)).waitFor();
      await expect.poll(async () => (await page.getByTestId('details').boundingBox())?.y).toBeLessThan(200);
      await expect
        .poll(() =>
          chart.evaluate(({ scrollWidth, clientWidth, scrollLeft }) => [scrollWidth > clientWidth, scrollLeft]),
        )
        .toEqual([false, 0]);
      await page.getByRole('button', { name: 'Back to the peers' }).click();
      await expect.poll(async () => (await page.locator('#filter').boundingBox())?.y).toBeGreaterThan(0);
    }
  });
});
