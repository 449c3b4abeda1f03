import { limits } from '../../limits.ts';
import type { Facts, HeardDevice } from '../facts.ts';
import { type Finding, findingsOf } from '../finding.ts';
import { misfitOf } from '../misfit-texts.ts';
import { count, listOf, nameOf } from '../words.ts';

const finding = findingsOf('access');

/** Codes with which the other end refuses this node. */
const refusals = {
  ERR_NETWORK_KEY: 'it wants another network key',
  ERR_NOT_ALLOWED: 'this node is not on its allow-list',
  ERR_NOT_TRUSTED: 'one of the two does not trust the other yet',
  ERR_VERSION: 'it speaks another version of the protocol',
} as const;

type Refusal = keyof typeof refusals;

function refusalOf({ dials }: HeardDevice): Refusal | undefined {
  for (const { outcome } of dials)
    if (typeof outcome === 'object' && Object.hasOwn(refusals, outcome.code)) return outcome.code as Refusal;
  return undefined;
}

/** Whether the key, the version and the lists of the devices that are heard fit. */
export function checkAccess({ node }: Facts): Finding {
  const devices = node.devices.filter(({ id }) => id !== node.id);
  if (devices.length === 0) return finding('unknown', 'No device is heard whose key could be compared.');
  if (!node.knowsAccess)
    return finding('unknown', 'Not compared: it was not said who may connect.', {
      evidence: devices
        .slice(0, limits.diagnosis.devices)
        .map((one) => `${nameOf(one)} ${one.hasKey ? 'has a network key' : 'has no network key'}`),
      next: 'Say it as to the node: --key-file FILE, --allow ID, or --open.',
    });
  const refusing = devices.filter((one) => !one.isPeer && refusalOf(one) !== undefined);
  const odd = devices.filter(({ misfit, isPeer }) => misfit !== null && !isPeer);
  const evidence = [
    ...odd.map((one) => `${nameOf(one)} has ${one.misfit && misfitOf[one.misfit]}`),
    ...refusing.map((one) => `${nameOf(one)} refuses this node: ${refusals[refusalOf(one) ?? 'ERR_NOT_ALLOWED']}`),
  ].slice(0, limits.diagnosis.lines);
  const [refuses] = refusing;
  if (refuses) return refusedBy(refuses, node.id, evidence);
  const [first] = odd;
  if (!first) return finding('ok', `Version, network key and lists fit those of ${count(devices.length, 'device')}.`);
  const meant = odd.find(({ misfit, hasOurKey }) => misfit === 'version' && hasOurKey);
  if (meant || odd.length === devices.length) return misfits(meant ?? first, odd, evidence);
  return finding(
    'unknown',
    `${listOf(odd.map(nameOf))} cannot become ${odd.length === 1 ? 'a peer' : 'peers'}: it may be meant so.`,
    { evidence },
  );
}

const nextOf: Readonly<Record<NonNullable<HeardDevice['misfit']>, (id: string) => string>> = {
  version: () => 'Give all devices the same version of lanpeer.',
  key: () => 'Give both the same network key, if they are meant to be of one network.',
  keyless: () => 'Give that device the network key of this node.',
  keyed: () => 'Give this node the network key of that device.',
  unlisted: (id) => `Add it to the allow-list of this node: --allow ${id}.`,
  denied: () => 'Take it off the deny-list of this node, if it is to be a peer.',
};

function misfits(first: HeardDevice, odd: readonly HeardDevice[], evidence: readonly string[]): Finding {
  const misfit = first.misfit ?? 'key';
  const more = odd.length > 1 ? ` ${count(odd.length, 'device')} do not fit.` : '';
  return finding('fault', `${nameOf(first)} is heard and has ${misfitOf[misfit]}.${more}`, {
    evidence,
    next: nextOf[misfit](first.id),
  });
}

function refusedBy(device: HeardDevice, ownId: string | null, evidence: readonly string[]): Finding {
  const code = refusalOf(device) ?? 'ERR_NOT_ALLOWED';
  const next: Readonly<Record<Refusal, string>> = {
    ERR_NETWORK_KEY: 'Give both the same network key.',
    ERR_NOT_ALLOWED: `Add the id of this device to the allow-list there${ownId === null ? '' : `: ${ownId}`}.`,
    ERR_NOT_TRUSTED: 'Accept each device at the other one, where it waits.',
    ERR_VERSION: 'Give all devices the same version of lanpeer.',
  };
  return finding('fault', `${nameOf(device)} refuses this node: ${refusals[code]}.`, { evidence, next: next[code] });
}
