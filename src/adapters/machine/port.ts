/** What an interface is, by what the system tells of it, else by its name. */
export type InterfaceKind = 'wired' | 'wireless' | 'bridge' | 'container' | 'vpn' | 'loopback' | 'other';

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
  /** Whether a frame could leave: `down` without a carrier too. */
  readonly state: 'up' | 'down' | 'unknown';
  readonly addresses: readonly MachineAddress[];
}

/** A socket on UDP port 5353 of this machine. */
export interface PortHolder {
  /** Name of the program; null: this user may not see it. */
  readonly program: string | null;
  readonly pid: number | null;
  /** The user who runs it. */
  readonly user: string;
  /** This process itself. */
  readonly isOwn: boolean;
}

/** Who has UDP port 5353. */
export interface MdnsPort {
  /** Null: the system does not tell. */
  readonly holders: readonly PortHolder[] | null;
  /**
   * `shared`: it can be bound beside those that have it. `exclusive`: it cannot. `reuse-port`: it can by SO_REUSEPORT alone.
   * `unknown`: it was not tried.
   */
  readonly sharing: 'shared' | 'exclusive' | 'reuse-port' | 'unknown';
  /** Avahi holds it, and its configuration has `disallow-other-stacks=yes`. */
  readonly avahiDisallows: boolean;
}

/** What a machine says of itself. */
export interface MachineFacts {
  readonly interfaces: readonly MachineInterface[];
  readonly mdnsPort: MdnsPort;
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
  /** Never rejects: what cannot be found out is said to be unknown. */
  read(): Promise<MachineFacts>;
  /** Opens a TCP connection, sends nothing and closes it. Never rejects; an abort is a `timeout`. */
  dial(address: string, port: number, signal: AbortSignal): Promise<TcpOutcome>;
}
