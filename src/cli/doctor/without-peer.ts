import type { Check, Diagnosis } from '../../api/diagnosis.ts';
import { printable } from '../../util/printable.ts';

/** What is said where no device is heard that may be meant. */
export function withoutPeer(diagnosis: Diagnosis, name: string): Diagnosis {
  const check: Check = {
    id: 'peer-heard',
    status: 'fault',
    summary: `No device is heard whose name or id begins with ${printable(name)}.`,
    evidence: [],
    next: 'Look whether lanpeer runs there, in this network; if it does, name it by its address: lanpeer doctor ADDRESS:PORT.',
  };
  const isCause = diagnosis.status !== 'fault';
  const own = `${check.summary}${isCause ? ` ${check.next}` : ''}`;
  return {
    ...diagnosis,
    status: 'fault',
    cause: isCause ? check.id : diagnosis.cause,
    verdict: diagnosis.status === 'ok' ? own : isCause ? `${own} ${diagnosis.verdict}` : `${diagnosis.verdict} ${own}`,
    checks: [...diagnosis.checks, check],
    peer: name,
  };
}
