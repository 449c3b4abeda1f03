import { findStateDirectory } from '../adapters/identity/find-state-directory.ts';
import { readInspectorAddress } from '../adapters/identity/inspector-address.ts';
import { LanpeerError } from '../errors.ts';
import { describeThrown } from '../util/thrown.ts';
import type { InspectArguments } from './args/inspect.ts';
import { openBrowser } from './open-browser.ts';
import { stopSignal } from './signals.ts';
import { warn } from './warn.ts';

const none = (stateDir: string): LanpeerError =>
  new LanpeerError(
    'ERR_INSPECTOR',
    `No running node with the state directory ${stateDir} has an inspector: start it with lanpeer run --inspect.`,
  );

/** A new link to the page of the node that runs with that state directory. */
async function askForLink(stateDir: string): Promise<string> {
  const place = await readInspectorAddress(stateDir);
  if (!place) throw none(stateDir);
  const { port, owner } = place;
  const answer = await fetch(`http://127.0.0.1:${port}/links`, {
    method: 'POST',
    headers: { Authorization: `Bearer ${owner}` },
    signal: AbortSignal.timeout(5_000),
  }).catch((cause: unknown) => {
    throw new LanpeerError('ERR_INSPECTOR', none(stateDir).message, { cause });
  });
  // A node that was killed leaves its place behind, and another program may have it by now.
  const link = await answer.text();
  if (answer.status !== 201 || !link.startsWith(`http://127.0.0.1:${port}/?token=`)) throw none(stateDir);
  return link;
}

/** Shows a running node, or a recording until it is interrupted. Resolves with the exit code. */
export async function inspect({ file, stateDir, port, opens }: InspectArguments): Promise<number> {
  /** The link is on the screen in any case: without a browser it is followed by hand. */
  async function show(link: string, directory: string | undefined, until: Promise<unknown>): Promise<void> {
    process.stdout.write(`${link}\n`);
    if (!opens) return;
    await openBrowser(link, directory, until).catch((thrown: unknown) => {
      warn(`the browser was not opened: ${describeThrown(thrown)}`);
    });
  }
  if (file === undefined) {
    const link = await askForLink(stateDir);
    await show(link, (await findStateDirectory(stateDir)).directory, stopSignal());
    return 0;
  }
  const { showRecording } = await import('../inspector/show-recording.ts');
  const server = await showRecording(file, port);
  const stopped = stopSignal();
  await show(server.link(), undefined, stopped);
  await stopped;
  await server.close();
  return 0;
}
