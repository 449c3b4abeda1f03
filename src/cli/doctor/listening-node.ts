import { knownDeviceId } from '../../adapters/identity/state-directory.ts';
import type { Access } from '../../api/access.ts';
import type { LanpeerNode } from '../../api/node.ts';
import { asLanpeerError, type LanpeerErrorCode } from '../../errors.ts';
import { createListener } from '../../node.ts';
import { readAccess } from '../access.ts';
import type { DoctorArguments } from '../args/doctor.ts';
import { warn } from '../warn.ts';

/** Undefined: it was not said who may connect. */
async function accessOf(args: DoctorArguments): Promise<Access | undefined> {
  try {
    return await readAccess(args, process.env, warn);
  } catch (thrown) {
    if (asLanpeerError(thrown, 'ERR_INTERNAL').code !== 'ERR_ACCESS_REQUIRED') throw thrown;
    return undefined;
  }
}

/** What is wrong with the state keeps nobody from looking at the network. */
const ofState: readonly LanpeerErrorCode[] = ['ERR_STATE_IN_USE', 'ERR_STATE_DIR', 'ERR_KEY_FILE'];

/**
 * Starts a node that only looks, beside the one that may run. Peers know this device by its identity, so it is used to ask
 * one of them, unless a running node has it; to listen another one does, which no copy of this device gives way to.
 */
export async function startListeningNode(args: DoctorArguments): Promise<LanpeerNode> {
  const access = await accessOf(args);
  const { name, port, interfaces, discovery, transports, stateDir, target } = args;
  const deviceId = stateDir === undefined ? null : await knownDeviceId(stateDir);
  const listener = { knowsAccess: access !== undefined, deviceId };

  async function start(directory: string | undefined): Promise<LanpeerNode> {
    const node = createListener(
      {
        // Who only listens lets nobody in; whoever is asked about has to be dialed.
        access: access ?? (target ? 'open' : { allow: [] }),
        port,
        discovery,
        ...(name !== undefined && { name }),
        ...(interfaces && { interfaces }),
        ...(transports && { transports }),
        ...(directory !== undefined && { stateDir: directory }),
      },
      listener,
    );
    // What they tell of is judged.
    node.errors$.subscribe();
    node.notices$.subscribe();
    await node.start();
    return node;
  }

  if (!target || deviceId === null) return start(undefined);
  try {
    return await start(stateDir);
  } catch (thrown) {
    const { code, message } = asLanpeerError(thrown, 'ERR_INTERNAL');
    if (!ofState.includes(code)) throw thrown;
    if (code !== 'ERR_STATE_IN_USE') warn(`${code}: ${message}`);
    return start(undefined);
  }
}
