import { existsSync } from 'node:fs';
import { findStateDirectory } from '../../adapters/identity/find-state-directory.ts';
import { trustFile } from '../../adapters/identity/trust-file.ts';
import type { LanpeerNode } from '../../api/node.ts';
import { asLanpeerError, LanpeerError } from '../../errors.ts';
import { createNode } from '../../node.ts';
import { noTrust, type TrustRecord } from '../../protocol/trust-record.ts';
import { printable } from '../../util/printable.ts';
import { idOf, type TrustArguments } from '../args/pair.ts';
import { exitCodes } from '../exit-code.ts';
import { warn } from '../warn.ts';

type Known = TrustRecord['trusted'][number];

/** Also while a node runs. Rejects with `ERR_TRUST_FILE`. */
async function readRecord(stateDir: string): Promise<TrustRecord> {
  if (!existsSync(stateDir)) return noTrust;
  const { directory } = await findStateDirectory(stateDir);
  return trustFile(directory).read();
}

const rowOf = ({ id, name, at }: Known, isTrusted: boolean): string =>
  [id, new Date(at).toISOString().slice(0, 10), isTrusted ? 'trusted' : 'revoked', printable(name)]
    .join('  ')
    .trimEnd();

function list({ trusted, revoked }: TrustRecord, json: boolean): void {
  const all = [...trusted.map((one) => [one, true] as const), ...revoked.map((one) => [one, false] as const)];
  for (const [one, isTrusted] of all) {
    const line = json ? JSON.stringify({ event: isTrusted ? 'trusted' : 'revoked', ...one }) : rowOf(one, isTrusted);
    process.stdout.write(`${line}\n`);
  }
  if (all.length === 0) warn('this device trusts no other one: lanpeer pair');
}

/** A node that says nothing to anybody holds the state directory meanwhile. */
async function change(stateDir: string, use: (node: LanpeerNode) => Promise<void>): Promise<void> {
  const node = createNode({
    access: { trust: 'first-use' },
    stateDir,
    discovery: false,
    autoConnect: false,
    interfaces: ['127.0.0.1'],
  });
  try {
    await node.start();
    await use(node);
  } catch (thrown) {
    const error = asLanpeerError(thrown, 'ERR_INTERNAL');
    if (error.code !== 'ERR_STATE_IN_USE') throw error;
    const what =
      'A running node has the list: stop it first, or give it the command as a JSON line (lanpeer run --json).';
    throw new LanpeerError(error.code, what, { cause: thrown });
  } finally {
    await node.stop();
  }
}

/** Lists the devices that this one trusts, or trusts or renames one. Resolves with the exit code. */
export async function trust({ stateDir, json, device, name }: TrustArguments): Promise<number> {
  const record = await readRecord(stateDir);
  if (device === undefined) {
    list(record, json);
    return exitCodes.done;
  }
  // One that was revoked comes back by its whole id alone, and not by a name that was mistaken.
  const id = idOf(device, record.trusted);
  await change(stateDir, (node) => node.trust(id, name === undefined ? {} : { name }));
  list({ trusted: (await readRecord(stateDir)).trusted.filter((one) => one.id === id), revoked: [] }, json);
  return exitCodes.done;
}

/** Trusts a device no more. Resolves with the exit code. */
export async function revoke({ stateDir, json, device = '' }: TrustArguments): Promise<number> {
  const { trusted } = await readRecord(stateDir);
  const id = idOf(device, trusted);
  await change(stateDir, (node) => node.revoke(id));
  list({ trusted: [], revoked: (await readRecord(stateDir)).revoked.filter((one) => one.id === id) }, json);
  return exitCodes.done;
}
