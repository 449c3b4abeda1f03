import type { CheckId, CheckStatus, Diagnosis } from '../api/diagnosis.ts';
import type { Finding } from './finding.ts';

/** What explains most of the rest comes first. Checks of a peer come behind those of this machine, in their own order. */
const causes: readonly CheckId[] = [
  'network',
  'mdns-port',
  'multicast',
  'interfaces',
  'identity',
  'access',
  'tcp',
  'others',
  'event-loop',
  'clock',
  'udp',
  'versions',
];

const rankOf = ({ id }: Finding): number => {
  const rank = causes.indexOf(id);
  return rank === -1 ? causes.indexOf('others') - 0.5 : rank;
};

const sentence = ({ summary, next }: Finding): string => (next === undefined ? summary : `${summary} ${next}`);

/** What the checks add up to. */
export function verdictOf(findings: readonly Finding[]): Pick<Diagnosis, 'status' | 'verdict' | 'cause'> {
  const ranked = findings.toSorted((a, b) => rankOf(a) - rankOf(b));
  const told = (status: CheckStatus, those: readonly Finding[], rest: string): ReturnType<typeof verdictOf> => {
    const [first, ...others] = those;
    const more = others.length > 0 ? ` ${rest} ${others.map(({ summary }) => summary).join(' ')}` : '';
    return { status, cause: first?.id ?? null, verdict: first ? `${sentence(first)}${more}` : '' };
  };
  const faults = ranked.filter(({ status }) => status === 'fault');
  if (faults.length > 0) return told('fault', faults, 'Also:');
  const open = ranked.filter(({ status, essential }) => status === 'unknown' && essential);
  if (open.length > 0) return told('unknown', open, 'Not known either:');
  return { status: 'ok', cause: null, verdict: 'Nothing was found that keeps this device from its peers.' };
}
