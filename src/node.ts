import { isIPv4 } from 'node:net';
import { openUdp } from './adapters/datagrams/udp.ts';
import { ephemeralIdentity } from './adapters/identity/ephemeral.ts';
import { writeInspectorAddress } from './adapters/identity/inspector-address.ts';
import { stateDirectoryIdentity } from './adapters/identity/state-directory.ts';
import { systemMachine } from './adapters/machine/system-machine.ts';
import { createOnDemandAdapters } from './adapters/on-demand.ts';
import { onDemandTransport } from './adapters/transport/on-demand.ts';
import { tlsTransport } from './adapters/transport/tls.ts';
import { weriftFacts } from './adapters/transport/werift/facts.ts';
import type { MessageMap, MessageTypes } from './api/messages.ts';
import type { LanpeerNode } from './api/node.ts';
import type { NodeOptions } from './api/options.ts';
import type { PropertyMap } from './api/peers.ts';
import type { MessageSchemas, SchemaInput, SchemaOutput } from './api/schemas.ts';
import type { NodeAdapters } from './node/adapters.ts';
import { chooseAddresses, networkSignature, readChoice } from './node/notices/interfaces.ts';
import { type GuardedConfig, guardCallbacks, type ListenerConfig } from './node/options/callbacks.ts';
import { parseOptions } from './node/options/options.ts';
import { assembleNode } from './node/runtime/assemble.ts';

function realAdapters(config: GuardedConfig): NodeAdapters {
  const { clock, random, interfaces, iceServers, stateDir, port, listener } = config;
  const onDemand = createOnDemandAdapters({
    bonjourDiscovery: config.discovery,
    weriftTransport: config.transports.includes('webrtc'),
  });
  const addresses = (): readonly string[] => chooseAddresses(interfaces);
  /** Those that were chosen by address are listened on as soon as they are there, and from then on. */
  const listenOn = (chosen: readonly string[]) => (): readonly string[] => [
    ...new Set([...chosen.filter((one) => isIPv4(one)), ...addresses()]),
  ];
  const webrtc = onDemandTransport(weriftFacts, () =>
    onDemand.get('weriftTransport')({ addresses, iceServers, clock }),
  );
  return {
    load: onDemand.load,
    identity:
      stateDir === undefined ? ephemeralIdentity({ clock }) : stateDirectoryIdentity({ directory: stateDir, clock }),
    signalling: ({ identity, access, greet, proven }) =>
      // Interfaces that were not chosen may come and go: then every address is listened on.
      onDemand.get('tlsSignalling')({
        identity,
        addresses: interfaces ? listenOn(interfaces) : ['0.0.0.0'],
        port,
        access,
        greet,
        proven,
        clock,
        random,
      }),
    discovery: config.discovery
      ? ({ proven }) =>
          onDemand.get('bonjourDiscovery')({ addresses, clock, random, proven, silent: listener !== undefined })
      : null,
    transports: new Map([webrtc, tlsTransport()].map((transport) => [transport.via, transport])),
    openDatagrams: openUdp,
    addresses,
    networkSignature,
    choice: () => readChoice(interfaces),
    machine: systemMachine(),
    observe: async () => (await import('./inspector/index.ts')).createObserver,
    announce: stateDir === undefined ? null : (page) => writeInspectorAddress(stateDir, page),
  };
}

/**
 * Makes a node whose messages have schemas, from which their types come: {@link NodeOptions.messages}. Throws as without.
 */
export function createNode<const Schemas extends MessageSchemas, Properties extends object = PropertyMap>(
  options: NodeOptions<Properties> & { readonly messages: Schemas },
): LanpeerNode<SchemaInput<Schemas>, Properties, SchemaOutput<Schemas>>;
/**
 * Makes a node; nothing is opened before `start()`. Throws {@link LanpeerError} `ERR_ACCESS_REQUIRED`,
 * `ERR_NETWORK_KEY_FORMAT` or `ERR_OPTION`.
 */
export function createNode<
  Messages extends MessageTypes<Messages> = MessageMap,
  Properties extends object = PropertyMap,
>(options: NodeOptions<Properties>): LanpeerNode<Messages, Properties>;
export function createNode(options: NodeOptions): LanpeerNode {
  const config = guardCallbacks(parseOptions(options));
  return assembleNode(config, realAdapters(config));
}

/**
 * Makes a node that only looks: it hears others and is not announced, and dials nobody by itself. Throws as
 * {@link createNode}.
 */
export function createListener(options: NodeOptions, listener: ListenerConfig): LanpeerNode {
  const config = { ...guardCallbacks(parseOptions({ ...options, autoConnect: false })), listener };
  return assembleNode(config, realAdapters(config));
}
