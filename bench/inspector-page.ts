// Looks at a node as its page does, in a process of its own: follows the link and takes the frames.
import { WebSocket } from 'ws';
import { parent } from './support/rpc.ts';

const post = parent();
const link = String(await post.next('link'));
const { origin, host } = new URL(link);
const response = await fetch(link);
const cookie = response.headers.get('set-cookie')?.split(';')[0] ?? '';
const socket = new WebSocket(`ws://${host}/frames`, { headers: { Cookie: cookie, Origin: origin } });
let frames = 0;
socket.on('open', () => post.send('looking'));
socket.on('message', (data) => {
  frames += (JSON.parse(String(data)) as readonly unknown[]).length;
});
post.on('count', () => post.send('frames', frames));
post.on('stop', () => process.exit());
