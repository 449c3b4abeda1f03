import { limits } from '../limits.ts';
import { reasons } from '../machines/connection/reasons.ts';
import { printable } from '../util/printable.ts';
import { toJson } from './json.ts';
import { printableText } from './text/printable-text.ts';
import { writeJson } from './write-json.ts';

const short = (id: unknown): string => String(id).slice(0, 8);

/** What devices call themselves, as far as that was heard. */
export type NameOf = (id: string) => string | undefined;

/** Text comes from other machines: control characters and marks that turn its direction must not reach a terminal. */
const clean = (text: unknown): string => printable(String(text));

/** The beginning of the data of a message: megabytes are no use on a terminal. */
function beginningOf(data: unknown): string {
  const most = limits.cli.shownChars;
  let text = '';
  let whole = true;
  writeJson(
    toJson(data),
    (piece) => {
      text += piece;
      whole = text.length <= most;
      return whole;
    },
    most,
  );
  return whole ? text : `${text.slice(0, most).toWellFormed()}…`;
}

const sessionWords = {
  gap: 'the other side began anew; messages that it had sent before may never come',
  ended: 'what had no outcome yet has one now',
} as const;

/** What is told twice, as an error that happened and as a notice that stands: people read it once. */
export const isToldTwice = ({ event, change, code }: Fields): boolean =>
  event === 'notice' && change !== 'ended' && code === 'ERR_DISCOVERY';

type Fields = Readonly<Record<string, unknown>>;

/** An event as a line for people: a device by its name, as far as that is known, and the beginning of its id. */
export function describeEvent(event: Fields, time: Date, nameOf: NameOf = () => undefined): string {
  const who = (id: unknown): string => {
    const name = nameOf(String(id));
    return name === undefined ? short(id) : `${clean(name)} (${short(id)})`;
  };
  return `${time.toTimeString().slice(0, 8)}  ${textOf(event, who)}`;
}

type Who = (id: unknown) => string;

function describeStream({ change, from, type, path, ok, bytes, code, message }: Fields, who: Who): string {
  if (change === 'opened') return `${who(from)} opened a stream of type ${type}: ${clean(path)}`;
  return ok
    ? `${clean(path)} is complete: ${bytes} bytes from ${who(from)}`
    : `${clean(path)} was not received from ${who(from)}: ${code}: ${clean(message)}`;
}

function textOf(event: Fields, who: Who): string {
  switch (event['event']) {
    case 'ready':
      return `ready: ${event['id']} listens on port ${event['port']}${event['state'] ? `, state in ${clean(event['state'])}` : ''}`;
    case 'inspector':
      return `look at it: ${event['url']}`;
    case 'device':
      return `device ${event['change']}: ${clean(event['name'])} (${short(event['id'])})`;
    case 'connection': {
      const reason = String(event['reason']);
      const why = Object.hasOwn(reasons, reason) ? reasons[reason as keyof typeof reasons] : reason;
      const over = event['state'] === 'connected' ? ` over ${event['via']}` : '';
      return `${who(event['id'])} ${event['state']}${over}: ${why}${event['code'] ? ` (${event['code']})` : ''}`;
    }
    case 'session':
      return event['change'] === 'gap' || event['change'] === 'ended'
        ? `${who(event['id'])} session ${event['change']}: ${sessionWords[event['change']]}`
        : `${who(event['id'])} session ${event['change']}`;
    case 'peer':
      return `${who(event['id'])} is ${clean(beginningOf(event['properties']))} in ${clean(beginningOf(event['groups']))}`;
    case 'message':
      return `${who(event['from'])} says ${event['type']}: ${clean(beginningOf(event['data']))}`;
    case 'pending':
      return `${event['name'] === null ? 'a device' : clean(event['name'])} (${short(event['id'])}) at ${clean(event['address'])} waits to be trusted${event['sameNameAs'] === null ? '' : `: it is not the ${clean(event['name'])} that is trusted, and has another key`}`;
    case 'trust':
      return `${clean(event['name'])} (${short(event['id'])}) is ${event['change'] === 'trusted' ? 'trusted from now on' : 'trusted no more'}`;
    case 'text':
      return `${clean(event['name'])} (${short(event['from'])}) writes: ${printableText(String(event['text'])).join('\n')}`;
    case 'stream':
      return describeStream(event, who);
    case 'notice':
      return event['change'] === 'ended' ? `${event['code']} is over` : `${event['code']}: ${clean(event['message'])}`;
    case 'access':
      return 'who may connect was read again';
    case 'skipped':
      return `${event['count']} events are not shown, because the reader did not keep up`;
    case 'error':
      return `${event['code']}: ${clean(event['message'])}`;
    default:
      return String(event['event']);
  }
}
