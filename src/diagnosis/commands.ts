/** What opens a firewall, by the kind of system. */
interface Commands {
  /** Incoming mDNS. */
  readonly mdnsIn: string;
  /** Outgoing mDNS. */
  readonly mdnsOut: string;
  /** A TCP port that others dial. */
  readonly tcpIn: (port: number | string) => string;
}

const linux: Commands = {
  mdnsIn: 'sudo ufw allow in 5353/udp, or sudo firewall-cmd --add-service=mdns',
  mdnsOut:
    'sudo ufw allow out 5353/udp, or sudo firewall-cmd --direct --add-rule ipv4 filter OUTPUT 0 -p udp --dport 5353 -j ACCEPT',
  tcpIn: (port) => `sudo ufw allow ${port}/tcp, or sudo firewall-cmd --add-port=${port}/tcp`,
};

const netsh = (direction: string, what: string): string =>
  `netsh advfirewall firewall add rule name=lanpeer dir=${direction} action=allow ${what}`;

const windows: Commands = {
  mdnsIn: netsh('in', 'protocol=UDP localport=5353'),
  mdnsOut: netsh('out', 'protocol=UDP remoteport=5353'),
  tcpIn: (port) => netsh('in', `protocol=TCP localport=${port}`),
};

const macSettings = 'System Settings, Privacy & Security, Local Network, and let this program through';

const mac: Commands = {
  mdnsIn: macSettings,
  mdnsOut: macSettings,
  tcpIn: () => 'System Settings, Network, Firewall, Options, and let Node in',
};

/** @param system As {@link MachineFacts.system}; undefined: not known. */
export function commandsOf(system: string | undefined): Commands {
  if (system?.startsWith('Windows')) return windows;
  return system?.startsWith('Darwin') ? mac : linux;
}
