import type { Page } from 'playwright-core';
import { closeBrowsers, newBrowser } from './browser.ts';

/** What a test started beside its pages; stopped when they are closed. */
export const stops = new Set<() => Promise<void>>();

/** After each test, as a hook of the test file itself: the last hook runs first, and support files stop the nodes. */
export async function closePages(): Promise<void> {
  try {
    await closeBrowsers();
  } finally {
    for (const stop of stops) await stop();
    stops.clear();
  }
}

/** The row of a peer in that state. */
export const row = (page: Page, id: string, state: string) =>
  page.locator(`[data-peer="${id}"][data-state="${state}"]`);
/** The state in the chart, while the machine is in it. */
export const lit = (page: Page, state: string) => page.locator(`[data-testid="chart"] [data-path="${state}"].lit`);

/**
 * Resolves with the first picture that has the peer and the chart in that state. A locator looks twice a second, and would
 * miss a state that lasts for less: a failed peer is soon tried again.
 */
export const shown = (page: Page, id: string, state: string): Promise<void> =>
  page.evaluate(`new Promise((done) => {
    const parts = ['[data-peer="${id}"][data-state="${state}"]', '[data-testid="chart"] [data-path="${state}"].lit'];
    const check = () => parts.every((part) => document.querySelector(part)) ? done() : requestAnimationFrame(check);
    check();
  })`);

/** Two frames later everything that was asked for has been drawn. */
export const drawn = 'new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))';

/** A page in a browser of its own. */
export async function look(link: string, options: Parameters<typeof newBrowser>[0] = {}): Promise<Page> {
  const page = await (await newBrowser(options)).newPage();
  await page.goto(link);
  return page;
}
