import type { CandidatePair } from '../port.ts';
import type { IceConnection } from './internals.ts';

const states = ['waiting', 'waiting', 'checking', 'answered', 'failed'] as const;

/** What ICE tries, for people. */
export const pairsOf = ({ candidatePairs }: Pick<IceConnection, 'candidatePairs'>): readonly CandidatePair[] =>
  candidatePairs.map(({ localCandidate, remoteAddr: [address, port], state, requestsReceived }) => ({
    local: `${localCandidate.host}:${localCandidate.port}`,
    remote: `${address}:${port}`,
    state: states[state] ?? 'failed',
    heard: requestsReceived > 0,
  }));
