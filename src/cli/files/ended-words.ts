import { LanpeerError } from '../../errors.ts';

/** Why files that came from a peer ended half-way, as a sentence for the person who receives them. */
export function whyNotReceived(
  { code, remoteCode, message }: LanpeerError,
  isInterrupted: boolean,
  peer: string,
): string {
  if (isInterrupted) return 'this command was interrupted.';
  if (remoteCode === 'ERR_ABORTED') return `${peer} stopped sending.`;
  return `${code}: ${message}`;
}

/** Whether the person there ended it. */
const isEndedThere = ({ remoteCode, cause }: LanpeerError): boolean =>
  remoteCode === 'ERR_ABORTED' || (cause instanceof LanpeerError && isEndedThere(cause));

/** The same for the person who sends them; undefined: the message says it. */
export function whyNotSent(error: LanpeerError, peer: string, isResumable: boolean): string | undefined {
  const { code } = error;
  if (code === 'ERR_CUT_OFF' && isEndedThere(error)) {
    const pipe = ', and what comes from a pipe cannot go on: send all of it again.';
    return `${peer} stopped receiving${isResumable ? ': the same command goes on where it ended.' : pipe}`;
  }
  const texts: Readonly<Partial<Record<LanpeerError['code'], string>>> = {
    ERR_STREAM_REFUSED: `${peer} takes no files now: run lanpeer receive there.`,
    ERR_OFFER_REFUSED: `${peer} does not want them.`,
    ERR_BUSY: `${peer} receives as much as it takes at once: try again later.`,
  };
  return texts[code];
}
