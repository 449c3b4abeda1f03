import type { LanpeerError, LanpeerErrorCode } from '../../errors.ts';
import type { ConnectionEvent } from '../../machines/connection/events.ts';

/**
 * Codes that say that one side does not want the other; trying again soon is no use. All of them come after the id at the
 * other end was proven: what else an address leads to says nothing about the peer.
 */
const denials: readonly LanpeerErrorCode[] = [
  'ERR_NETWORK_KEY',
  'ERR_INVITATION',
  'ERR_NOT_ALLOWED',
  'ERR_NOT_TRUSTED',
  'ERR_VERSION',
];

/** What the machine is told when no address led to the peer. Of several errors the code of the one that says most. */
export function dialFailure(errors: readonly LanpeerError[]): Extract<ConnectionEvent, { type: 'dial.failed' }> {
  const denial = errors.find(({ code }) => denials.includes(code));
  const telling = denial ?? errors.find(({ code }) => code !== 'ERR_REFUSED') ?? errors[0];
  return {
    type: 'dial.failed',
    refused: errors.length > 0 && errors.every(({ code }) => code === 'ERR_REFUSED'),
    denied: denial !== undefined,
    code: telling?.code ?? 'ERR_NO_ADDRESS',
  };
}
