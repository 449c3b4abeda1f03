import { connect } from 'node:net';
import { onAbort } from '../../util/abort.ts';
import { codeOf } from '../../util/thrown.ts';
import type { TcpOutcome } from './port.ts';

const outcomes: Readonly<Record<string, TcpOutcome>> = {
  ECONNREFUSED: 'refused',
  ETIMEDOUT: 'timeout',
  EHOSTUNREACH: 'unreachable',
  ENETUNREACH: 'unreachable',
  EHOSTDOWN: 'unreachable',
  EADDRNOTAVAIL: 'unreachable',
  EPERM: 'blocked',
  EACCES: 'blocked',
};

/** Opens a TCP connection and closes it. Never rejects; an abort is a `timeout`. */
export function tcpDial(address: string, port: number, signal: AbortSignal): Promise<TcpOutcome> {
  return new Promise((resolve) => {
    if (signal.aborted) {
      resolve('timeout');
      return;
    }
    const socket = connect({ host: address, port });
    const off = onAbort(signal, () => end('timeout'));
    function end(outcome: TcpOutcome): void {
      off();
      socket.destroy();
      resolve(outcome);
    }
    socket.once('connect', () => end('open'));
    // Also after the end: a reset may come at any time.
    socket.on('error', (error) => end(outcomes[codeOf(error) ?? ''] ?? 'failed'));
  });
}
