import type { Browser, BrowserContext, BrowserContextOptions } from 'playwright-core';
import { expect } from 'vitest';
import { chromiumPath, launchChromium } from '../../scripts/chromium.ts';
import { whenFileEnds } from './hooks.ts';

/** Where Chromium is; undefined, with the reason told, where there is none and the tests may be skipped. */
export function findChromium(): string | undefined {
  const path = chromiumPath();
  if (path !== undefined) return path;
  if (process.env['LANPEER_REQUIRE_ALL'] === '1')
    throw new Error('The browser tests must run, but there is no Chromium.');
  process.stderr.write('browser tests are skipped: there is no /usr/bin/chromium, and LANPEER_CHROMIUM names none\n');
  return undefined;
}

/** A name that a stranger's DNS gives our address. */
const rebound = ['MAP rebound.example 127.0.0.1'];

let browser: Promise<Browser> | undefined;
const contexts = new Set<BrowserContext>();
const strays: string[] = [];
const expected: RegExp[] = [];

/** A browser with nothing in it. What it asks of any other host, what throws in it and what its console says fails the test. */
export async function newBrowser(options: BrowserContextOptions = {}): Promise<BrowserContext> {
  browser ??= launchChromium(rebound);
  const context = await (await browser).newContext({ viewport: { width: 1280, height: 800 }, ...options });
  contexts.add(context);
  context.on('request', (request) => {
    const { hostname, protocol } = new URL(request.url());
    if (protocol !== 'data:' && !['127.0.0.1', 'localhost', 'rebound.example'].includes(hostname))
      strays.push(request.url());
  });
  context.on('weberror', (error) => strays.push(String(error.error())));
  context.on('console', (message) => {
    if (message.type() === 'error') strays.push(message.text());
  });
  return context;
}

/** Complaints of this test that fit are what it is about. */
export function expectComplaints(pattern: RegExp): void {
  expected.push(pattern);
}

/** Before what the pages look at is stopped, or they say that it is gone. What they complained about fails the test. */
export async function closeBrowsers(): Promise<void> {
  for (const context of contexts) await context.close();
  contexts.clear();
  const patterns = expected.splice(0);
  expect(strays.splice(0).filter((text) => !patterns.some((pattern) => pattern.test(text)))).toEqual([]);
}

whenFileEnds(async () => {
  await (await browser)?.close();
});
