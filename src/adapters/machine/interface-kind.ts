import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { InterfaceKind } from './port.ts';

/** Names that systems and programs give; the first that fits counts. */
const names: readonly (readonly [InterfaceKind, RegExp])[] = [
  ['loopback', /^lo\d*$/],
  [
    'virtual',
    /^(docker|br-[0-9a-f]{12}$|veth[0-9a-f]|cni|cali|flannel|podman|lxc|lxd|virbr|vmnet|vboxnet|vnet\d|bridge100$)/,
  ],
  ['virtual', /^(vEthernet|VMware|VirtualBox)/i],
  ['vpn', /^(tun|tap|utun|wg|ppp|ipsec|tailscale|zt|nebula|nordlynx|proton|cscotun)/i],
  ['vpn', /(WireGuard|OpenVPN|ZeroTier|VPN|TAP-Windows)/i],
  ['wireless', /^(wl|wifi|ath\d|Wi-?Fi|Wireless|WLAN)/i],
  ['bridge', /^(br|bridge)\d*$/],
  // One of macOS may be either.
  ['wired', /^(eth|en[opsx]|em\d|lan|Ethernet)/i],
];

/** What Linux has files for, in the folder of an interface. */
const files: readonly (readonly [InterfaceKind, string])[] = [
  ['wireless', 'wireless'],
  ['wireless', 'phy80211'],
  ['vpn', 'tun_flags'],
  ['bridge', 'bridge'],
  ['wired', 'device'],
];

/** Those of ARPHRD_ in `linux/if_arp.h`. */
const ethernet = 1;
/** Without frames of its own: tunnels, WireGuard, PPP. */
const tunnels = [512, 65_534];

/**
 * @param folder Of that interface in /sys/class/net; undefined where there is none.
 * @param type What Linux calls its kind of hardware; NaN where that is not known.
 */
export function kindOf(name: string, internal: boolean, folder: string | undefined, type: number): InterfaceKind {
  if (internal) return 'loopback';
  const [named] = names.find(([, pattern]) => pattern.test(name)) ?? [];
  // A bridge or a pair of cables to the kernel, and no network of people's: only its name tells.
  if (named === 'virtual') return named;
  const [found] = files.find(([, file]) => folder !== undefined && existsSync(join(folder, file))) ?? [];
  if (found !== undefined) return found;
  if (tunnels.includes(type)) return 'vpn';
  return named ?? (type === ethernet ? 'wired' : 'other');
}
