import { isIP, connect as tcpConnect } from 'node:net';
import { type SecureContext, connect as tlsConnect } from 'node:tls';
import type { Clock } from '../../../environment.ts';
import { LanpeerError } from '../../../errors.ts';
import { limits } from '../../../limits.ts';
import type { DeviceId } from '../../../protocol/device-id.ts';
import type { TcpResult, TlsResult } from '../../../protocol/probe.ts';
import { onAbort } from '../../../util/abort.ts';
import { startTimeLimit } from '../../../util/time-limit.ts';
import type { Reached, ReachTarget } from '../port.ts';
import { isProtocolError, provenPeerOf } from './tls.ts';

const tcpResultOf: Readonly<Record<string, TcpResult>> = {
  ECONNREFUSED: 'refused',
  ETIMEDOUT: 'timed-out',
  EHOSTUNREACH: 'unreachable',
  ENETUNREACH: 'unreachable',
  EHOSTDOWN: 'unreachable',
  ENETDOWN: 'unreachable',
  EADDRNOTAVAIL: 'unreachable',
  // A rule of this machine; Windows has EACCES for it.
  EPERM: 'not-permitted',
  EACCES: 'not-permitted',
};

const errnoOf = (thrown: Error): string | null => ('code' in thrown ? String(thrown.code) : null);

/** As {@link Signalling.reach}. */
export function reach(target: ReachTarget, context: SecureContext, clock: Clock): Promise<Reached> {
  const { address, port, id: expected, signal, tcpMs, tlsMs } = target;
  if (isIP(address) === 0) return Promise.reject(new LanpeerError('ERR_OPTION', `${address} is not an IP address.`));
  if (signal.aborted) return Promise.reject(new LanpeerError('ERR_ABORTED'));
  return new Promise((resolve, reject) => {
    const begun = clock.monotonic();
    const raw = tcpConnect({ host: address, port, noDelay: true });
    const socket = tlsConnect({ socket: raw, secureContext: context, rejectUnauthorized: false });
    let isOpen = false;
    let endLimit = startTimeLimit(clock, tcpMs, () => end('timed-out', null));

    function close(): void {
      endLimit();
      off();
      // TLS first: Node 24 crashes where the socket under it is gone within a callback of it.
      socket.destroy();
      raw.destroy();
    }
    function end(tcp: TcpResult, tls: TlsResult | null, about: { id?: DeviceId; errno?: string | null } = {}): void {
      const ms = clock.monotonic() - begun;
      close();
      resolve({ tcp, tls, id: about.id ?? null, ms, errno: about.errno ?? null });
    }
    function failed(thrown: Error): void {
      const errno = errnoOf(thrown);
      if (isOpen) end('open', isProtocolError(thrown) ? 'not-tls' : 'closed', { errno });
      else end(tcpResultOf[errno ?? ''] ?? 'failed', null, { errno });
    }

    const off = onAbort(signal, () => {
      close();
      reject(new LanpeerError('ERR_ABORTED'));
    });
    raw.on('error', failed);
    socket.on('error', failed);
    raw.once('connect', () => {
      isOpen = true;
      endLimit();
      endLimit = startTimeLimit(clock, tlsMs, () => end('open', 'timed-out'));
    });
    socket.once('secureConnect', () => {
      // No device says so much before it is known who it is.
      if (raw.bytesRead > limits.unauthenticated.bytes) {
        end('open', 'not-tls');
        return;
      }
      const id = provenPeerOf(socket)?.id;
      if (id === undefined) end('open', 'no-certificate');
      else end('open', expected === undefined || id === expected ? 'expected' : 'other', { id });
    });
  });
}
