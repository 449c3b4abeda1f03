import Fastify from 'fastify';

/** A web service on 127.0.0.1 that shows the peers of a node. Responses of events end when the node stops. */
export async function startService(node, { port = 0 } = {}) {
  const app = Fastify({ forceCloseConnections: true });
  const show = (peers) => [...peers.values()].map(({ id, name, via }) => ({ id, name, via }));

  app.get('/peers', () => show(node.peers));
  app.get('/events', (request, reply) => {
    reply.hijack();
    const { raw } = reply;
    raw.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
    const subscription = node.peers$.subscribe({
      next: (peers) => raw.write(`data: ${JSON.stringify(show(peers))}\n\n`),
      complete: () => raw.end(),
    });
    request.raw.once('close', () => subscription.unsubscribe());
  });
  app.post('/say', async (request) => {
    const results = await node.broadcast('said', { text: String(request.body?.text) });
    return { told: results.size };
  });

  await app.listen({ host: '127.0.0.1', port });
  return {
    port: app.server.address().port,
    /** The goodbye to peers first: it ends the events, and then nothing is open. */
    async stop() {
      await node.stop();
      await app.close();
    },
  };
}
