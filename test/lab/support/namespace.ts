import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../..', import.meta.url));

/** Whether that command ends without an error. */
export function works(command: string, args: readonly string[]): boolean {
  try {
    execFileSync(command, args, { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** Why network namespaces cannot be made here; undefined if they can. */
export function missing(): string | undefined {
  if (process.getuid?.() !== 0) return 'it needs root';
  if (!works('ip', ['-V'])) return 'iproute2 is not installed';
  if (!works('nft', ['--version'])) return 'nftables is not installed';
  return works('unshare', ['-n', 'true']) ? undefined : 'network namespaces cannot be made here';
}

/**
 * True if the tests are to be skipped; says why. Where everything must run, a lack is a failure instead.
 * @param more Looks for what only these tests need.
 */
export function skipped(more: () => string | undefined = () => undefined): boolean {
  const why = missing() ?? more();
  if (why === undefined) return false;
  if (process.env['LANPEER_REQUIRE_ALL'] === '1') throw new Error(`The lab tests must run, but ${why}.`);
  process.stderr.write(`lab tests are skipped: ${why}\n`);
  return true;
}

/**
 * Runs shell commands in a network namespace of their own, which nothing leaves: loopback is up, and an interface
 * `uplink` with the default route counts in `lab uplink` what would. Returns what they print.
 */
export function inNamespace(script: string, timeMs: number): string {
  const setup = `
    set -e
    sysctl -qw net.ipv6.conf.all.disable_ipv6=1
    ip link set lo up
    ip link add uplink type veth peer name wire
    ip link set wire up
    ip addr add 198.51.100.10/24 dev uplink
    ip link set uplink up
    ip route add default dev uplink
    nft add table inet lab
    nft add counter inet lab uplink
    nft add counter inet lab names
    nft 'add chain inet lab out { type filter hook output priority 0; }'
    nft add rule inet lab out oifname uplink counter name uplink
    nft 'add rule inet lab out udp dport 53 counter name names'
    nft 'add rule inet lab out tcp dport 53 counter name names'
  `;
  return execFileSync('unshare', ['-n', 'bash', '-c', setup + script], {
    cwd: root,
    encoding: 'utf8',
    timeout: timeMs,
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, NODE: process.execPath },
  });
}
