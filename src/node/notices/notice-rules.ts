import type { Device, InterfaceStats } from '../../api/devices.ts';
import { misfitTexts } from '../../diagnosis/misfit-texts.ts';
import { limits } from '../../limits.ts';
import type { Mismatch } from '../../protocol/mismatch.ts';
import { isLoopback } from '../../util/loopback.ts';
import { printable } from '../../util/printable.ts';
import type { InterfaceChoice } from './interfaces.ts';
import type { NoticeBody } from './notices.ts';

/** A device that was heard, and is no peer. */
export type KnownDevice = Pick<Device, 'id' | 'name' | 'addresses' | 'port'>;

/** What a node knows of its surroundings. */
export interface NoticeFacts {
  /** Undefined where there are no interfaces, as in memory. */
  readonly choice: InterfaceChoice | undefined;
  /** The interfaces of this machine in words; asked for only where they are told of. */
  readonly describeInterfaces: () => string;
  /** What mDNS hears on each interface; undefined without discovery. */
  readonly interfaces: Readonly<Record<string, InterfaceStats>> | undefined;
  /** TCP port on which this node listens. */
  readonly port: number;
  /** So long no other device was heard or connected, on a network that could be used, ms. */
  readonly aloneMs: number;
  /** Devices that are heard and cannot become peers. */
  readonly misfits: readonly (KnownDevice & { readonly misfit: Mismatch })[];
  /** Devices that go on being heard while no dial reaches them. */
  readonly unreached: readonly KnownDevice[];
}

const shown = 3;

/** What works where mDNS does not, and where this node is for the other side. */
function byAddress(present: readonly InterfaceStats[], port: number): string {
  const addresses = present.flatMap((one) => one.addresses).filter((address) => !isLoopback(address));
  const own = addresses.length > 0 ? ` (this one: ${addresses.slice(0, shown).join(', ')} port ${port})` : '';
  return `connect to the address and port of the other device works without mDNS${own}`;
}

function list(devices: readonly KnownDevice[]): string {
  const names = devices
    .slice(0, shown)
    .map(({ id, name, addresses: [address] }) => `${printable(name)} (${id.slice(0, 8)} at ${address ?? '?'})`);
  return `${names.join(', ')}${devices.length > shown ? ` and ${devices.length - shown} more` : ''}`;
}

function noNetwork({ choice, describeInterfaces }: NoticeFacts): string | undefined {
  if (!choice || (choice.addresses.length > 0 && !choice.onlyLoopback)) return undefined;
  const what = choice.onlyLoopback
    ? 'This machine has no IPv4 address but those of loopback'
    : `None of the chosen interfaces has an IPv4 address: ${choice.missing.slice(0, shown).map(printable).join(', ')}`;
  return `${what}, so only this machine can be reached. ${describeInterfaces()}. The node goes on as soon as there is one: check the cable, the Wi-Fi and DHCP, which may have given another address; IPv6 alone is not enough so far.`;
}

function unknownInterface({ choice, describeInterfaces }: NoticeFacts): string | undefined {
  if (!choice || choice.missing.length === 0 || choice.addresses.length === 0) return undefined;
  const missing = choice.missing.slice(0, shown).map(printable).join(', ');
  return `Chosen and not there, so waited for: ${missing}. ${describeInterfaces()}. DHCP may have given another address: the name of the interface stays.`;
}

/** Interfaces that are in use. */
const used = ({ interfaces = {} }: NoticeFacts): readonly InterfaceStats[] =>
  Object.values(interfaces).filter(({ addresses }) => addresses.length > 0);

function discoveryFaults({ interfaces = {} }: NoticeFacts): string | undefined {
  const broken = Object.entries(interfaces).filter(
    ([, { addresses, fault }]) => addresses.length > 0 && fault !== null,
  );
  const [first, ...others] = broken.map(([name, { addresses, fault }]) => ({
    at: `${name} (${addresses.join(', ')})`,
    fault,
  }));
  if (!first) return undefined;
  const more =
    others.length > 0
      ? ` Also on ${others
          .slice(0, shown)
          .map(({ at }) => printable(at))
          .join(', ')}.`
      : '';
  return `mDNS does not work on ${printable(first.at)}: ${first.fault}${more}`;
}

function alone(facts: NoticeFacts): string | undefined {
  const { aloneMs, interfaces, port } = facts;
  const present = used(facts);
  const working = present.filter(({ fault }) => fault === null);
  // Where nothing works that has been said.
  if (!interfaces || aloneMs < limits.notices.aloneMs || (present.length > 0 && working.length === 0)) return undefined;
  const since = `No other lanpeer node was heard for ${limits.notices.aloneMs / 1_000} s.`;
  if (working.length > 0 && working.every(({ addresses }) => addresses.every(isLoopback)))
    return `${since} Only loopback is in use, which reaches this machine alone.`;
  if (working.some(({ packets }) => packets > 0))
    return `${since} mDNS of other devices is heard, so the network carries it: this is the first lanpeer node there, or the others are in another network; ${byAddress(working, port)}.`;
  if (working.some(({ offLink }) => offLink > 0))
    return `${since} mDNS is heard only from outside of the subnets of this machine, which does not count (RFC 6762 section 11): an address with /32 has no neighbours; ${byAddress(working, port)}.`;
  return `${since} No other device is heard by mDNS at all: this node is the first one, or the network keeps devices apart (guest or isolated Wi-Fi, a switch that holds multicast back, a router, a /32 address, the NAT of a container, WSL or a virtual machine); ${byAddress(working, port)}.`;
}

function misfits({ misfits: all }: NoticeFacts): NoticeBody[] {
  const texts = new Map<NoticeBody['code'], string[]>();
  for (const [misfit, [code, text]] of Object.entries(misfitTexts)) {
    const devices = all.filter((one) => one.misfit === misfit);
    if (devices.length > 0) texts.set(code, [...(texts.get(code) ?? []), `${text}: ${list(devices)}.`]);
  }
  return [...texts].map(([code, sentences]) => ({ code, message: sentences.join(' ') }));
}

function unreached({ unreached: devices }: NoticeFacts): string | undefined {
  const [first] = devices;
  if (!first) return undefined;
  return `Heard by mDNS, but no TCP connection gets there: ${list(devices)}. A firewall there may block TCP port ${first.port} (allow it, and fix it by the option port or --port), the network may keep devices apart, or a router between them passes mDNS on (a reflector): then give connect the address.`;
}

/** What is to be said of these facts, one notice of a code at most. */
export function noticesOf(facts: NoticeFacts): readonly NoticeBody[] {
  const rules = [
    ['ERR_NO_NETWORK', noNetwork],
    ['ERR_INTERFACE_UNKNOWN', unknownInterface],
    ['ERR_DISCOVERY', discoveryFaults],
    ['ERR_ALONE', alone],
    ['ERR_UNREACHABLE', unreached],
  ] as const;
  const said = rules.flatMap(([code, rule]) => {
    const message = rule(facts);
    return message === undefined ? [] : [{ code, message }];
  });
  return [...said, ...misfits(facts)];
}
