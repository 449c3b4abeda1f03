import type { InspectionEvent } from 'xstate';
import type { Device } from '../../api/devices.ts';
import { type Logger, silentLogger, systemClock } from '../../environment.ts';
import type { DeviceId } from '../../protocol/device-id.ts';
import { createListeners, type Listeners } from '../../util/listener-set.ts';
import { settle } from '../../util/thenable.ts';
import type { CallbackThrew } from '../monitoring/error-reporter.ts';
import { guardClock, guardRandom } from './checked-clock.ts';
import type { NodeConfig } from './options.ts';

/** Options whose callbacks never throw and give back what they should. */
export interface GuardedConfig extends NodeConfig {
  /** Told what they did instead. */
  readonly faults: Listeners<Parameters<CallbackThrew>>;
  /** False where the program gave no logger: what is logged has no reader. */
  readonly logs: boolean;
  /** Undefined for a node that takes part in the network. */
  readonly listener?: ListenerConfig;
}

/** A node that only listens and looks: it is not announced, and dials nobody by itself. */
export interface ListenerConfig {
  /** False where it was not said who may connect. */
  readonly knowsAccess: boolean;
  /** The id that this device has otherwise; null: none is known. */
  readonly deviceId: DeviceId | null;
}

/** Puts a guard before every callback among the options; a factory of nodes does this before anything else. */
export function guardCallbacks(config: NodeConfig): GuardedConfig {
  const faults = createListeners<Parameters<CallbackThrew>>();
  const { logger, clock, random, inspect, autoConnect } = config;
  const once = createOnce(faults.call);
  return {
    ...config,
    faults,
    logs: logger !== silentLogger,
    logger: logger === silentLogger ? silentLogger : guardLogger(logger, once),
    clock: clock === systemClock ? systemClock : guardClock(clock, once),
    random: random === Math.random ? Math.random : guardRandom(random, once),
    inspect: inspect && guardInspect(inspect, once),
    autoConnect: guardAutoConnect(autoConnect, faults.call),
  };
}

/**
 * For callbacks that are called all the time, also while something is told: each is told of once, and what goes wrong
 * because of that, as in a logger that throws for every line, is not.
 */
function createOnce(threw: CallbackThrew): CallbackThrew {
  const told = new Set<string>();
  let telling = false;
  return (callback, ...what) => {
    if (telling || told.has(callback)) return;
    told.add(callback);
    telling = true;
    try {
      threw(callback, ...what);
    } finally {
      telling = false;
    }
  };
}

const nothing = (): void => undefined;

/** A promise that rejects is told like a throw: else it would stay unhandled, and end the process. */
const rejections = (callback: string, threw: CallbackThrew, result: unknown): void => {
  if (result !== undefined)
    settle(result, { fulfilled: nothing, rejected: (thrown) => threw(callback, thrown, 'rejected') });
};

function guardLogger(logger: Logger, threw: CallbackThrew): Logger {
  const level = (name: keyof Logger): Logger[typeof name] => {
    const callback = `logger.${name}`;
    return (fields, message) => {
      try {
        // Looked up at each call, as a program may replace it.
        const method: unknown = logger[name];
        if (typeof method !== 'function') threw(callback, method, 'is not a function');
        else rejections(callback, threw, Reflect.apply(method, logger, [fields, message]));
      } catch (thrown) {
        threw(callback, thrown);
      }
    };
  };
  return { debug: level('debug'), info: level('info'), warn: level('warn'), error: level('error') };
}

function guardInspect(
  inspect: NonNullable<NodeConfig['inspect']>,
  threw: CallbackThrew,
): (event: InspectionEvent) => void {
  return (event) => {
    try {
      rejections('inspect', threw, typeof inspect === 'function' ? inspect(event) : inspect.next?.(event));
    } catch (thrown) {
      threw('inspect', thrown);
    }
  };
}

function guardAutoConnect(autoConnect: (device: Device) => boolean, threw: CallbackThrew): (device: Device) => boolean {
  return (device) => {
    try {
      const wanted: unknown = autoConnect(device);
      if (typeof wanted === 'boolean') return wanted;
      threw('autoConnect', wanted, 'gave back what is neither true nor false');
      // A node that waited for a promise would not know when to connect; its rejection is told of with it.
      settle(wanted, { fulfilled: nothing, rejected: nothing });
    } catch (thrown) {
      threw('autoConnect', thrown);
    }
    return false;
  };
}
