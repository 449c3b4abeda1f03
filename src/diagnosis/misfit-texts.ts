import type { Mismatch } from '../protocol/mismatch.ts';

/** What of the access of both sides does not fit, as a sentence about a list of devices that were heard. */
export const misfitTexts: Readonly<
  Record<Mismatch, readonly [code: 'ERR_VERSION' | 'ERR_NETWORK_KEY' | 'ERR_NOT_ALLOWED', text: string]>
> = {
  version: ['ERR_VERSION', 'Heard with another version of the protocol: give all the same version of lanpeer'],
  key: ['ERR_NETWORK_KEY', 'Heard with another network key: another lanpeer network, or give all the same key'],
  keyless: ['ERR_NETWORK_KEY', 'Heard without a network key, which this node demands: give them the key'],
  keyed: ['ERR_NETWORK_KEY', 'Heard with a network key, which this node does not have: give it the key'],
  unlisted: ['ERR_NOT_ALLOWED', 'Heard and not on the allow-list of this node: add the ids that are to be peers'],
  denied: ['ERR_NOT_ALLOWED', 'Heard and on the deny-list of this node'],
};

/** What a device has that does not fit, about one of them. */
export const misfitOf: Readonly<Record<Mismatch, string>> = {
  version: 'another version of the protocol',
  key: 'another network key',
  keyless: 'no network key, which this node demands',
  keyed: 'a network key, which this node does not have',
  unlisted: 'an id that is not on the allow-list of this node',
  denied: 'an id that is on the deny-list of this node',
};
