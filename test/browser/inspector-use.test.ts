import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../src/environment.ts';
import { DiskSource } from '../../src/files/disk-source.ts';
import { sendFiles } from '../../src/files/send-files.ts';
import { FileTransfers } from '../../src/files/transfers.ts';
import type { TraceEvent } from '../../src/inspector/model/trace-events.ts';
import { showRecording } from '../../src/inspector/show-recording.ts';
import { findChromium } from '../support/browser.ts';
import { makeDirectory } from '../support/cli.ts';
import { TestReceiver } from '../support/file-transfers.ts';
import { closePages, look, stops } from '../support/inspector-browser.ts';
import { sceneOf, serveTraceEvents } from '../support/inspector-scene.ts';
import { connect, startNodes } from '../support/nodes.ts';

afterEach(closePages);

/** A recording of a node that was stopped. */
async function openRecording() {
  const { ids, traceEvents } = sceneOf({ recorded: true });
  const at = (traceEvents.at(-1)?.at ?? 0) + 5_000;
  const stopped: TraceEvent[] = [
    {
      t: 'step',
      at,
      actor: 'node',
      event: { type: 'stop' },
      value: { stopping: 'flushing' },
      status: 'active',
      taken: [{ from: 'running', to: 'stopping.flushing', label: 'stop' }],
    },
    ...ids.map((id): TraceEvent => ({ t: 'peer', at: at + 1, id, peer: null })),
    ...ids.map((id): TraceEvent => ({ t: 'device', at: at + 2, id, device: null })),
    { t: 'end', at: at + 3 },
  ];
  const file = join(await makeDirectory(), 'field.jsonl');
  await writeFile(file, [...traceEvents, ...stopped].map((one) => `${JSON.stringify(one)}\n`).join(''));
  const server = await showRecording(file, 0);
  stops.add(() => server.close());
  const page = await look(server.link());
  await page.getByTestId('timeline').waitFor();
  return { page, ids };
}

describe.skipIf(findChromium() === undefined)('the page in use', () => {
  it('opens a recording where the node still ran, and plays it from its beginning', async () => {
    const { page, ids } = await openRecording();
    await page.getByTestId('shown').getByText(`of ${ids.length}`).waitFor();
    await page.getByTestId('node-state').getByText('running.active').waitFor();
    await page.locator('[data-peer][data-state="failed"]').waitFor();
    await page.getByTestId('history').getByText('unreachable').first().waitFor();
    const slider = page.getByTestId('time');
    const position = async () => Number(await slider.inputValue()) - Number(await slider.getAttribute('min'));
    const opened = await position();
    expect(opened).toBeGreaterThan(0);
    await page.getByTestId('play').click();
    await expect.poll(position).toBeLessThan(opened);
    await expect.poll(() => page.locator('[data-peer][data-state="connected"]').count()).toBe(2);
  });

  it('plays and steps by keys while the slider has the focus', async () => {
    const { page } = await openRecording();
    const slider = page.getByTestId('time');
    await slider.fill(String(await slider.getAttribute('min')));
    await slider.focus();
    const value = async () => Number(await slider.inputValue());
    const first = await value();
    await page.keyboard.press('.');
    await page.keyboard.press('.');
    await page.keyboard.press('.');
    await expect.poll(value).toBeGreaterThan(first);
    const later = await value();
    await page.keyboard.press(',');
    await expect.poll(value).toBeLessThan(later);
    await page.keyboard.press(' ');
    await page.getByRole('button', { name: 'Pause', exact: true }).waitFor();
    await page.keyboard.press(' ');
    await page.getByRole('button', { name: 'Play', exact: true }).waitFor();
    await page.keyboard.press('3');
    await page.getByTestId('mesh').waitFor();
  });

  it('ticks "only the selected peer" only while one is selected', async () => {
    const { ids, traceEvents } = sceneOf();
    const page = await look(await serveTraceEvents(traceEvents));
    const only = page.getByLabel('only the selected peer');
    expect([await only.isChecked(), await only.isEnabled()]).toEqual([false, false]);
    const row = page.locator(`[data-peer="${ids[0]}"]`);
    await row.click();
    await expect.poll(async () => [await only.isChecked(), await only.isEnabled()]).toEqual([true, true]);
    await only.uncheck();
    await page.keyboard.press('Escape');
    await expect.poll(() => only.isEnabled()).toBe(false);
    await row.click();
    await expect.poll(async () => [await only.isChecked(), await only.isEnabled()]).toEqual([false, true]);
  });

  it('puts peers in trouble first, by mouse and by key', async () => {
    const { traceEvents } = sceneOf({ peers: 50 });
    const page = await look(await serveTraceEvents(traceEvents), { viewport: { width: 1600, height: 1400 } });
    const states = () =>
      page.locator('[data-peer]').evaluateAll((rows) => rows.map((one) => one.getAttribute('data-state')));
    await expect.poll(async () => (await states()).slice(0, 10)).not.toEqual(Array(10).fill('failed'));
    await page.getByLabel('Order of the peers').selectOption('trouble');
    await expect.poll(async () => (await states()).slice(0, 11)).toEqual([...Array(10).fill('failed'), 'connecting']);
    await page.getByRole('columnheader', { name: 'Peer' }).getByRole('button').click();
    await expect.poll(async () => (await states())[0]).not.toBe('failed');
    await page.keyboard.press('t');
    await expect.poll(async () => (await states())[0]).toBe('failed');
    expect(await page.getByLabel('Order of the peers').inputValue()).toBe('trouble');
  });

  it('diagnoses the node, and the way to the selected peer', async () => {
    const [node, other] = await startNodes(2, { inspector: true });
    if (!node || !other) throw new Error('two nodes were asked for');
    await connect(node, other);
    const page = await look(await node.inspect());
    await page.locator(`[data-peer="${other.id}"]`).waitFor();
    await page.keyboard.press('8');
    const view = page.getByTestId('diagnosis');
    await view.getByText('Diagnose looks at').waitFor();
    await page.getByTestId('diagnose').click();
    await view.getByText('looks and listens').waitFor();
    expect(await page.getByTestId('diagnose').isEnabled()).toBe(false);
    await page.getByTestId('verdict').waitFor();
    await view.locator('[data-check="network"]').waitFor();
    expect(await view.locator('[data-check^="peer-"]').count()).toBe(0);
    await page.locator(`[data-peer="${other.id}"]`).click();
    await page.getByTestId('diagnose-peer').click();
    await page.getByTestId('verdict').getByText(`with the way to ${other.name}`).waitFor();
  });

  it('shows files on their way, and how they ended', async () => {
    const [node, other] = await startNodes(2, { inspector: true });
    if (!node || !other) throw new Error('two nodes were asked for');
    await connect(node, other);
    const [from, into] = [await makeDirectory(), await makeDirectory()];
    await writeFile(join(from, 'notes <b>.txt'), new Uint8Array(3_000_000));
    let take = (_: boolean): void => undefined;
    const asked = new Promise<boolean>((resolve) => {
      take = resolve;
    });
    const receiver = new TestReceiver(other, into, { decide: () => asked });
    const page = await look(await node.inspect());
    await page.locator('[data-view="streams"]').click();
    const sent = sendFiles({
      ...{ node, to: other.id, transfers: new FileTransfers(Date.now), clock: systemClock },
      source: await DiskSource.of([join(from, 'notes <b>.txt')]),
      signal: new AbortController().signal,
    });
    const shown = page.getByTestId('transfers').locator('[data-transfer-state="waiting"]');
    await shown.getByText('notes <b>.txt', { exact: true }).waitFor();
    await shown.getByText('0 B of 3.0 MB').waitFor();
    const there = await look(await other.inspect());
    await there.locator('[data-view="streams"]').click();
    await there.getByTestId('transfers').getByText('waits for an answer').waitFor();
    take(true);
    await sent;
    for (const one of [page, there]) {
      const done = one.getByTestId('transfers').locator('[data-transfer-state="done"]');
      await done.getByText('3.0 MB of 3.0 MB, 1 of 1 files').waitFor();
    }
    await receiver.receiver.close();
  });

  it('shows a message in one place, and the whole of it when asked', async () => {
    const { traceEvents } = sceneOf({ hostile: true });
    const page = await look(await serveTraceEvents(traceEvents));
    await page.locator('[data-view="messages"]').click();
    const preview = page.getByTestId('messages').getByRole('button').first();
    const height = async () => (await preview.boundingBox())?.height ?? 0;
    const before = await height();
    await preview.press('Enter');
    await expect.poll(() => preview.getAttribute('aria-expanded')).toBe('true');
    await expect.poll(height).toBeGreaterThan(before);
    await preview.press('Enter');
    await expect.poll(height).toBe(before);
  });
});
