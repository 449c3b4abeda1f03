import type { PortHolder } from '../../util/port-holders.ts';

/**
 * What an interface is, by what the system tells of it, else by its name. `virtual`: the network of containers or virtual
 * machines on this computer.
 */
export type InterfaceKind = 'wired' | 'wireless' | 'bridge' | 'virtual' | 'vpn' | 'loopback' | 'other';

export interface MachineAddress {
  /** IP literal. */
  readonly address: string;
  readonly family: 4 | 6;
  /** Bits of the prefix; null: not known. */
  readonly prefix: number | null;
}

/** An interface of this machine. */
export interface MachineInterface {
  readonly name: string;
  readonly kind: InterfaceKind;
  /** Whether packets could leave: `down` without a cable or a Wi-Fi too. */
  readonly state: 'up' | 'down' | 'unknown';
  readonly addresses: readonly MachineAddress[];
}

/** Who has UDP port 5353. */
export interface MdnsPort {
  /** Null: the system does not tell. */
  readonly holders: readonly PortHolder[] | null;
  /**
   * `shared`: it can be bound beside those that have it. `reuse-port`: by SO_REUSEPORT alone. `exclusive`: not at all.
   * `taken`: one of these two. `unknown`: it was not tried.
   */
  readonly sharing: 'shared' | 'reuse-port' | 'exclusive' | 'taken' | 'unknown';
  /** Avahi runs, and its configuration has `disallow-other-stacks=yes`. */
  readonly avahiDisallows: boolean;
}

/** What a machine says of itself. */
export interface MachineFacts {
  readonly interfaces: readonly MachineInterface[];
  readonly mdnsPort: MdnsPort;
  /** IPv4 addresses of the routers that packets to elsewhere go to. */
  readonly gateways: readonly string[];
  /** What has a network of its own beside that of the machine. */
  readonly inside: 'container' | 'wsl' | null;
  /** As `Linux 6.1.0 x64`. */
  readonly system: string;
  /** Of Node, without a `v`. */
  readonly node: string;
}

/** How a TCP connection went that was closed again at once. */
export type TcpOutcome = 'open' | 'refused' | 'timeout' | 'unreachable' | 'blocked' | 'failed';

/** Looks at this machine, and out of it. */
export interface Machine {
  /** Never throws. */
  interfaces(): readonly MachineInterface[];
  /**
   * Never rejects: what cannot be found out is said to be unknown.
   * @param tryPort Tries to bind UDP port 5353 for a moment.
   */
  read(tryPort: boolean): Promise<MachineFacts>;
  /** Opens a TCP connection, sends nothing and closes it. Never rejects; an abort is a `timeout`. */
  dial(address: string, port: number, signal: AbortSignal): Promise<TcpOutcome>;
}
