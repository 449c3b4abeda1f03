import type { Facts } from '../facts.ts';
import { type Finding, findingsOf } from '../finding.ts';
import { isOwnAddress } from '../own.ts';
import { listOf } from '../words.ts';

const finding = findingsOf('identity');

/** Whether another device has the identity of this one. */
export function checkIdentity(facts: Facts): Finding {
  const { node } = facts;
  if (node.id === null) return finding('unknown', 'No identity of this device is known yet.');
  const met = node.copies.map(({ address, port, proven }) => ({ address, port, proven }));
  const heard = node.devices
    .filter(({ id, source }) => id === node.id && !isOwnAddress(facts, source))
    .map(({ source, port }) => ({ address: source, port, proven: false }));
  const copies = [...met, ...heard.filter((one) => !met.some(({ address }) => address === one.address))];
  if (copies.length === 0) return finding('ok', 'No other device has this identity.');
  const where = listOf(copies.map(({ address, port }) => `${address}:${port}`));
  return finding('fault', `Another device has this identity: ${where}.`, {
    evidence: copies.map(
      ({ address, port, proven }) =>
        `${node.id} at ${address}:${port}, ${proven ? 'which proved the key' : 'as it announces; its key was not proven'}`,
    ),
    next: 'If both are yours, give one of them an identity of its own: lanpeer id --new there. If not, renew yours, and deny the old id everywhere.',
  });
}
