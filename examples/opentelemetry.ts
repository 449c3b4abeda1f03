// Two nodes, measured with OpenTelemetry: gauges and counters out of `node.stats()`, transitions out of a diagnostics
// channel. One export, to the console; an exporter of OTLP goes in its place.
//   node examples/opentelemetry.ts
import { subscribe } from 'node:diagnostics_channel';
import { metrics } from '@opentelemetry/api';
import { ConsoleMetricExporter, MeterProvider, PeriodicExportingMetricReader } from '@opentelemetry/sdk-metrics';
import { createNode, type DiagnosticsMessages, diagnosticsChannels, makeNetworkKey } from '../src/index.ts';

const provider = new MeterProvider({
  readers: [new PeriodicExportingMetricReader({ exporter: new ConsoleMetricExporter() })],
});
metrics.setGlobalMeterProvider(provider);

const access = { networkKey: makeNetworkKey() };
const nodes = ['desk', 'shelf'].map((name) => createNode({ name, access, interfaces: ['127.0.0.1'] }));
const [desk, shelf] = nodes;
if (!desk || !shelf) throw new Error('two nodes were made');

const meter = metrics.getMeter('lanpeer');
const connections = meter.createObservableGauge('lanpeer.connections');
const queued = meter.createObservableGauge('lanpeer.queued', { unit: 'By' });
const sent = meter.createObservableCounter('lanpeer.sent', { unit: 'By' });
const received = meter.createObservableCounter('lanpeer.received', { unit: 'By' });
meter.addBatchObservableCallback(
  (result) => {
    for (const node of nodes) {
      const { connections: states, bytes, peers } = node.stats();
      const own = { node: node.name };
      for (const [state, count] of Object.entries(states)) result.observe(connections, count, { ...own, state });
      result.observe(sent, bytes.sent, own);
      result.observe(received, bytes.received, own);
      const waiting = Object.values(peers).reduce((sum, peer) => sum + peer.queued.bytes, 0);
      result.observe(queued, waiting, own);
    }
  },
  [connections, queued, sent, received],
);

// Every node of the process speaks there, those of libraries as well.
const transitions = meter.createCounter('lanpeer.connection.transitions');
subscribe(diagnosticsChannels.connection, (told) => {
  const { name, state, reason } = told as DiagnosticsMessages['lanpeer:connection'];
  transitions.add(1, { node: name, state, reason });
});

await Promise.all(nodes.map((node) => node.start()));
await desk.connect({ address: '127.0.0.1', port: shelf.port, id: shelf.id });
await (await desk.send(shelf.id, 'hello', { text: 'Hi' })).delivered;
await provider.shutdown(); // exports, the one time here
await Promise.all(nodes.map((node) => node.stop()));
