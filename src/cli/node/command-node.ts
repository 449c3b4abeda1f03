import type { Device } from '../../api/devices.ts';
import type { LanpeerNode } from '../../api/node.ts';
import { asLanpeerError, type LanpeerErrorCode } from '../../errors.ts';
import { createNode } from '../../node.ts';
import { readAccess } from '../access.ts';
import type { CommandArguments } from '../args/node.ts';
import { warn } from '../warn.ts';

export interface CommandNodeOptions {
  /** Whether the node connects to a device that it hears. */
  readonly autoConnect: (device: Device) => boolean;
  /** Called with the node before it starts: what is registered then misses nothing. */
  readonly prepare?: (node: LanpeerNode) => void;
  /** Tells a person of a fault; default: on standard error. */
  readonly tell?: (text: string) => void;
  /** Largest message; default: that of a node. */
  readonly maxMessageBytes?: number;
}

/** Faults that a person can do something about; the others are what strangers do. */
const toldFaults: readonly LanpeerErrorCode[] = [
  'ERR_STATE_DIR',
  'ERR_DISCOVERY',
  'ERR_INSTANCE',
  'ERR_HANDLER',
  'ERR_INTERNAL',
];

/** Starts the node of a command, with an identity for this run only if the one of this device is lent to a running node. */
export async function startCommandNode(args: CommandArguments, options: CommandNodeOptions): Promise<LanpeerNode> {
  const access = await readAccess(args, process.env, warn);
  const { name, port, interfaces, discovery, transports, inspectPort } = args;
  const { autoConnect, maxMessageBytes, prepare, tell = warn } = options;

  async function start(stateDir: string | undefined): Promise<LanpeerNode> {
    const node = createNode({
      access,
      port,
      discovery,
      autoConnect,
      ...(name !== undefined && { name }),
      ...(interfaces && { interfaces }),
      ...(transports && { transports }),
      ...(stateDir !== undefined && { stateDir }),
      ...(inspectPort !== undefined && { inspector: { port: inspectPort } }),
      ...(maxMessageBytes !== undefined && { maxMessageBytes }),
    });
    node.errors$.subscribe(({ code, message }) => {
      if (toldFaults.includes(code)) tell(`${code}: ${message}`);
    });
    prepare?.(node);
    await node.start();
    if (inspectPort !== undefined) tell(`inspector: ${await node.inspect()}`);
    return node;
  }

  try {
    return await start(args.stateDir);
  } catch (thrown) {
    // Another identity is trusted by nobody.
    const isTrust = typeof access === 'object' && 'trust' in access;
    if (isTrust || !args.lendsIdentity || asLanpeerError(thrown, 'ERR_INTERNAL').code !== 'ERR_STATE_IN_USE')
      throw thrown;
  }
  warn('a running node has the identity of this device: this command uses another one, for this run only.');
  return start(undefined);
}
