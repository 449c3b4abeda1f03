import type { ComplianceCase } from './case.ts';
import type { MakeSignallingDevice, RigEndpoint } from './signalling-endpoint.ts';
import { type RecordedSession, type SignallingRig, withSignallingRig } from './signalling-rig.ts';

export interface Joined {
  readonly rig: SignallingRig;
  readonly dialer: RigEndpoint;
  readonly listener: RigEndpoint;
  /** The end of the dialer. */
  readonly near: RecordedSession;
  readonly far: RecordedSession;
}

/** A case over one session between two endpoints. */
export function overSession(
  name: string,
  check: (joined: Joined) => Promise<void>,
): ComplianceCase<MakeSignallingDevice> {
  return {
    name,
    run: (make) =>
      withSignallingRig(make, async (rig) => {
        const dialer = await rig.endpoint();
        const listener = await rig.endpoint();
        const [near, far] = await rig.join(dialer, listener);
        await check({ rig, dialer, listener, near, far });
      }),
  };
}

/** What is still on its way has come when both endpoints are closed. */
export const bothClosed = ({ dialer, listener }: Joined): Promise<unknown> =>
  Promise.all([dialer.signalling.close(), listener.signalling.close()]);
