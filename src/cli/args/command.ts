import type { LanpeerError } from '../../errors.ts';
import { type HelpTopic, helpOfCommands, isHelpTopic } from '../help/commands.ts';
import { suggest } from '../suggest.ts';
import { type BenchArguments, parseBench } from './bench.ts';
import { type ChatArguments, parseChat } from './chat.ts';
import { usageOf } from './common.ts';
import { type DoctorArguments, parseDoctor } from './doctor.ts';
import { type IdArguments, type KeyArguments, parseId, parseKey } from './identity.ts';
import { type InspectArguments, parseInspect } from './inspect.ts';
import { type PairArguments, parsePair, parseRevoke, parseTrust, type TrustArguments } from './pair.ts';
import { type PeersArguments, parsePeers } from './peers.ts';
import { type PingArguments, parsePing } from './ping.ts';
import { parseReceive, type ReceiveArguments } from './receive.ts';
import { parseRun, type RunArguments } from './run.ts';
import { parseSend, type SendArguments } from './send.ts';

export type Command =
  | { readonly command: 'run'; readonly run: RunArguments }
  | { readonly command: 'inspect'; readonly inspect: InspectArguments }
  | { readonly command: 'peers'; readonly peers: PeersArguments }
  | { readonly command: 'ping'; readonly ping: PingArguments }
  | { readonly command: 'chat'; readonly chat: ChatArguments }
  | { readonly command: 'send'; readonly send: SendArguments }
  | { readonly command: 'receive'; readonly receive: ReceiveArguments }
  | { readonly command: 'bench'; readonly bench: BenchArguments }
  | { readonly command: 'doctor'; readonly doctor: DoctorArguments }
  | { readonly command: 'pair'; readonly pair: PairArguments }
  | { readonly command: 'trust' | 'revoke'; readonly trust: TrustArguments }
  | { readonly command: 'id'; readonly id: IdArguments }
  | { readonly command: 'key'; readonly key: KeyArguments }
  /** Undefined: the overview. */
  | { readonly command: 'help'; readonly topic: HelpTopic | undefined }
  | { readonly command: 'version' };

const names = [...Object.keys(helpOfCommands), 'help'];

const unknown = (name: string): LanpeerError =>
  usageOf(`There is no command ${name}.${suggest(name, names) || ` The commands are ${names.join(', ')}.`}`);

function parseHelp(topic: string | undefined): Command {
  if (topic === 'help') return { command: 'help', topic: undefined };
  if (topic !== undefined && !isHelpTopic(topic)) throw unknown(topic);
  return { command: 'help', topic };
}

const asksForHelp = (word: string): boolean => word === '--help' || word === '-h';

/** The command in the arguments. Throws `ERR_USAGE`. */
export function parseCommand(args: readonly string[], environment: NodeJS.ProcessEnv): Command {
  const [name, ...rest] = args;
  if (name === undefined) throw usageOf('A command is missing.');
  if (name === 'help' || asksForHelp(name)) return parseHelp(rest.find((word) => !word.startsWith('-')));
  const isForHelp = args.slice(0, args.includes('--') ? args.indexOf('--') : undefined).some(asksForHelp);
  if (isForHelp) return parseHelp(name);
  if (name === '--version') return { command: 'version' };
  if (name === 'run') return { command: 'run', run: parseRun(rest, environment) };
  if (name === 'inspect') return { command: 'inspect', inspect: parseInspect(rest, environment) };
  if (name === 'peers') return { command: 'peers', peers: parsePeers(rest, environment) };
  if (name === 'ping') return { command: 'ping', ping: parsePing(rest, environment) };
  if (name === 'chat') return { command: 'chat', chat: parseChat(rest, environment) };
  if (name === 'send') return { command: 'send', send: parseSend(rest, environment) };
  if (name === 'receive') return { command: 'receive', receive: parseReceive(rest, environment) };
  if (name === 'bench') return { command: 'bench', bench: parseBench(rest, environment) };
  if (name === 'doctor') return { command: 'doctor', doctor: parseDoctor(rest, environment) };
  if (name === 'pair') return { command: 'pair', pair: parsePair(rest, environment) };
  if (name === 'trust') return { command: 'trust', trust: parseTrust(rest, environment) };
  if (name === 'revoke') return { command: 'revoke', trust: parseRevoke(rest, environment) };
  if (name === 'id') return { command: 'id', id: parseId(rest, environment) };
  if (name === 'key') return { command: 'key', key: parseKey(rest) };
  throw unknown(name);
}
