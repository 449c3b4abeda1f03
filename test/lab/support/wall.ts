import type { Host } from './hosts.ts';

/** Makes a firewall on that host of rules for what comes in and for what goes out; returns what takes it away. */
export function wall(
  host: Host,
  rules: { readonly in?: readonly string[]; readonly out?: readonly string[] },
): () => void {
  const chain = (hook: string, lines: readonly string[] = []): string =>
    `chain ${hook} { type filter hook ${hook} priority 0;\n${lines.join('\n')}\n}`;
  // In one transaction: what is to fail at once does.
  host.run('nft', `table inet wall {\n${chain('input', rules.in)}\n${chain('output', rules.out)}\n}`);
  return () => void host.run('nft', 'delete', 'table', 'inet', 'wall');
}

/** Nothing passes, as when the cable is pulled but without the interface noticing. */
export const cutOff = (host: Host): (() => void) =>
  wall(host, { in: ['iifname != "lo" drop'], out: ['oifname != "lo" drop'] });

/** That share of the packets is lost each way. */
export function lossy(host: Host, percent: number): () => void {
  const rule = [`meta l4proto { tcp, udp } numgen random mod 100 < ${percent} drop`];
  return wall(host, { in: rule, out: rule });
}
