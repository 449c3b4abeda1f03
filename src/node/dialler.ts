import { fromCallback } from 'xstate';
import type { Signalling, SignallingSession } from '../adapters/signalling/port.ts';
import type { Clock } from '../environment.ts';
import { asLanpeerError, type LanpeerError, type LanpeerErrorCode } from '../errors.ts';
import { limits } from '../limits.ts';
import type { ConnectionEvent, DialInput } from '../machines/connection.types.ts';
import type { DeviceId } from '../protocol/device-id.ts';
import type { Endpoint } from './address-book.ts';
import { createGate } from './gate.ts';

/** Codes that say that one side does not want the other; trying again soon is no use. */
const denials: readonly LanpeerErrorCode[] = ['ERR_NETWORK_KEY', 'ERR_NOT_ALLOWED', 'ERR_VERSION'];

export interface DiallerOptions {
  readonly signalling: Pick<Signalling, 'dial'>;
  readonly endpoints: (id: DeviceId) => readonly Endpoint[];
  readonly opened: (session: SignallingSession) => void;
  /** One address failed; for the log. */
  readonly failed: (id: DeviceId, endpoint: Endpoint, error: LanpeerError) => void;
  readonly clock: Clock;
}

/**
 * The actor that dials a peer: its addresses one after the other, each with a head start over the next (as in
 * RFC 8305, "Happy Eyeballs"). The first session wins; `dial.failed` when none of them came to anything.
 */
export function createDialler({ signalling, endpoints, opened, failed, clock }: DiallerOptions) {
  const gate = createGate({ size: limits.dial.atOnce, perSource: limits.dial.perSource });

  return fromCallback<ConnectionEvent, DialInput>(({ input, sendBack }) => {
    const { peerId } = input;
    const controller = new AbortController();
    const queue = [...endpoints(peerId)];
    const errors: LanpeerError[] = [];
    let running = 0;
    let timer: unknown;

    function conclude(): void {
      // Anybody can announce an address for a peer: one that does not lead to it says nothing about it.
      const denied = errors.length > 0 && errors.every(({ code }) => denials.includes(code));
      const telling =
        errors.find(({ code }) => denials.includes(code)) ??
        errors.find(({ code }) => code !== 'ERR_REFUSED') ??
        errors[0];
      sendBack({
        type: 'dial.failed',
        refused: errors.length > 0 && errors.every(({ code }) => code === 'ERR_REFUSED'),
        denied,
        code: telling?.code ?? 'ERR_NO_ADDRESS',
      });
    }

    async function dial(endpoint: Endpoint): Promise<void> {
      const { signal } = controller;
      let leave = (): void => undefined;
      try {
        const { address, port, source } = endpoint;
        leave = await gate(signal, source);
        const session = await signalling.dial({ address, port, id: peerId, signal });
        if (signal.aborted) {
          session.close('duplicate');
          return;
        }
        controller.abort();
        opened(session);
      } catch (thrown) {
        if (signal.aborted) return;
        const error = asLanpeerError(thrown, 'ERR_SIGNALLING');
        errors.push(error);
        failed(peerId, endpoint, error);
        next();
      } finally {
        leave();
        running -= 1;
        if (!signal.aborted && running === 0 && queue.length === 0) conclude();
      }
    }

    function next(): void {
      clock.clearTimeout(timer);
      const endpoint = queue.shift();
      if (!endpoint) return;
      running += 1;
      void dial(endpoint);
      if (queue.length > 0) timer = clock.setTimeout(next, limits.dial.staggerMs);
    }

    // Not at once: the machine has not taken note of this actor yet.
    queueMicrotask(() => {
      if (controller.signal.aborted) return;
      if (queue.length === 0) conclude();
      else next();
    });
    return () => {
      controller.abort();
      clock.clearTimeout(timer);
    };
  });
}
