import { reasons } from '../machines/reasons.ts';

const short = (id: unknown): string => String(id).slice(0, 8);

/** Names come from other machines: control characters in them must not reach a terminal. */
const clean = (text: unknown): string => JSON.stringify(String(text)).slice(1, -1);

type Fields = Readonly<Record<string, unknown>>;

/** An event as a line for people. */
export function describeEvent(event: Fields, time: Date): string {
  return `${time.toTimeString().slice(0, 8)}  ${textOf(event)}`;
}

function textOf(event: Fields): string {
  switch (event['event']) {
    case 'ready':
      return `ready: ${event['id']} listens on port ${event['port']}`;
    case 'device':
      return `device ${event['change']}: ${clean(event['name'])} (${short(event['id'])})`;
    case 'connection': {
      const reason = String(event['reason']);
      const why = Object.hasOwn(reasons, reason) ? reasons[reason as keyof typeof reasons] : reason;
      return `${short(event['id'])} ${event['state']}: ${why}${event['code'] ? ` (${event['code']})` : ''}`;
    }
    case 'message':
      return `${short(event['from'])} says ${event['type']}: ${JSON.stringify(event['data'])}`;
    case 'error':
      return `${event['code']}: ${clean(event['message'])}`;
    default:
      return String(event['event']);
  }
}
