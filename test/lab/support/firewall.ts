import type { Host } from './hosts.ts';

/** Makes a firewall on that host of rules for what comes in and for what goes out; returns what takes it away. */
export function addFirewall(
  host: Host,
  rules: { readonly in?: readonly string[]; readonly out?: readonly string[] },
): () => void {
  const chain = (hook: string, lines: readonly string[] = []): string =>
    `chain ${hook} { type filter hook ${hook} priority 0;\n${lines.join('\n')}\n}`;
  // In one transaction: what is to fail at once does.
  host.run('nft', `table inet firewall {\n${chain('input', rules.in)}\n${chain('output', rules.out)}\n}`);
  return () => void host.run('nft', 'delete', 'table', 'inet', 'firewall');
}

/** Nothing passes, as when the cable is pulled but without the interface noticing. */
export const cutOff = (host: Host): (() => void) =>
  addFirewall(host, { in: ['iifname != "lo" drop'], out: ['oifname != "lo" drop'] });

/** That share of the packets is lost each way; returns how many were. */
export function lossy(host: Host, percent: number): () => number {
  const rule = [`meta l4proto { tcp, udp } numgen random mod 100 < ${percent} counter drop`];
  addFirewall(host, { in: rule, out: rule });
  const dropped = /counter packets (\d+)/g;
  return () =>
    [...host.run('nft', 'list', 'table', 'inet', 'firewall').matchAll(dropped)].reduce(
      (sum, [, count]) => sum + Number(count),
      0,
    );
}

/** No UDP comes in but mDNS, and no sender is notified, as by a firewall on the way. */
export function onlyTcp(host: Host): () => void {
  return addFirewall(host, { in: ['iifname != "lo" udp dport != 5353 drop'] });
}
