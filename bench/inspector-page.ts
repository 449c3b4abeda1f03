// Acts as the page of an inspector, in a process of its own: follows the link and receives the trace events.
import { WebSocket } from 'ws';
import { parent } from './support/rpc.ts';

const rpc = parent();
const link = String(await rpc.next('link'));
const { origin, host } = new URL(link);
const response = await fetch(link);
const cookie = response.headers.get('set-cookie')?.split(';')[0] ?? '';
const socket = new WebSocket(`ws://${host}/trace`, { headers: { Cookie: cookie, Origin: origin } });
let traceEvents = 0;
socket.on('open', () => rpc.send('open'));
socket.on('message', (data) => {
  traceEvents += (JSON.parse(String(data)) as readonly unknown[]).length;
});
rpc.on('count', () => rpc.send('traceEvents', traceEvents));
rpc.on('stop', () => process.exit());
