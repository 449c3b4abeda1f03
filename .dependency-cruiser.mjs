import { bundledPackages } from './scripts/build/bundled-packages.ts';

const packages = (names) => `node_modules/(${names.join('|')})(/|$)`;
const io = ['werift', 'ws', 'bonjour-service', 'multicast-dns'];
const sockets = '^(node:)?(net|tls|http|https|http2|dgram|dns|fs|child_process|worker_threads|cluster)(/|$)';
const implementations = '^src/adapters/[^/]+/(?!port\\.ts$)';

/** The layers of the project. Each rule has a test that plants a violation. */
export default {
  forbidden: [
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'decisions-without-adapters',
      comment: 'Machines and protocol decide; they import no adapter, no stream, no node.',
      severity: 'error',
      from: { path: '^src/(machines|protocol)/' },
      to: { path: '^src/(adapters|streams|node|cli|inspector|testing)(/|\\.ts$)' },
    },
    {
      name: 'decisions-without-packages',
      severity: 'error',
      from: { path: '^src/(machines|protocol)/' },
      to: { path: packages([...io, 'rxjs']) },
    },
    {
      name: 'decisions-without-sockets',
      severity: 'error',
      from: { path: '^src/(machines|protocol)/' },
      to: { path: sockets, dependencyTypes: ['core'] },
    },
    {
      name: 'judging-without-io',
      comment: 'What was seen is judged without looking again: the same facts, the same diagnosis.',
      severity: 'error',
      from: { path: '^src/diagnosis/' },
      to: {
        pathNot: '^src/(diagnosis|api|protocol|util|limits)/|^src/(errors|limits)\\.ts$',
        dependencyTypesNot: ['type-only'],
      },
    },
    {
      name: 'adapters-apart',
      comment: 'An adapter knows its own folder and the protocol, nothing else of its kind.',
      severity: 'error',
      from: { path: '^src/adapters/([^/]+)/' },
      to: { path: '^src/(adapters|machines|streams|node|cli|inspector|testing)(/|\\.ts$)', pathNot: '^src/adapters/$1/' },
    },
    {
      name: 'implementations-only-at-the-root',
      comment: 'Only node.ts joins real adapters with the rest; everybody else knows their ports.',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/(adapters/|node\\.ts$|cli/|testing/)' },
      to: { path: implementations },
    },
    {
      name: 'streams-apart',
      severity: 'error',
      from: { path: '^src/streams/' },
      to: { path: '^src/(machines|node|cli|inspector|testing)(/|\\.ts$)' },
    },
    {
      name: 'files-over-the-public-face',
      comment: 'Files are sent as any program could send them.',
      severity: 'error',
      from: { path: '^src/files/' },
      to: {
        path: '^src/',
        pathNot: '^src/(files/|api/|validation/|util/|limits(/|\\.ts$)|(errors|environment)\\.ts$|protocol/device-id\\.ts$)',
      },
    },
    {
      name: 'inspector-apart',
      comment: 'It looks at a node through a view of it; whoever starts it joins the two.',
      severity: 'error',
      from: { path: '^src/inspector/' },
      to: { path: '^src/(node\\.ts$|index\\.ts$|cli/|testing/)' },
    },
    {
      name: 'node-without-inspector',
      comment: 'A node knows the port of its observers; the inspector is one of them.',
      severity: 'error',
      from: { path: '^src/node/' },
      to: { path: '^src/inspector/' },
    },
    {
      name: 'inspector-behind-a-port',
      comment: 'Of the parts of a node the inspector knows the port of its observers.',
      severity: 'error',
      from: { path: '^src/inspector/' },
      to: { path: '^src/node/', pathNot: '^src/node/observer\\.ts$' },
    },
    {
      name: 'page-as-it-is',
      comment: 'The browser loads these files as they are: nothing else is served to it. Types are gone by then.',
      severity: 'error',
      from: { path: '^src/inspector/(model|page)/' },
      to: { pathNot: '^src/inspector/(model|page)/|node_modules/lit-html/', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'metrics-over-the-public-face',
      comment: 'Metrics read a node as any program can.',
      severity: 'error',
      from: { path: '^src/metrics/' },
      to: { path: '^src/', pathNot: '^src/(metrics/|validation/|api/|(errors|index)\\.ts$)' },
    },
    {
      name: 'metrics-apart',
      comment: 'Who does not want metrics does not need the package that makes them.',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/metrics/' },
      to: { path: `^src/metrics/|${packages(['prom-client'])}` },
    },
    {
      name: 'no-dev-dependencies',
      comment: 'An optional peer dependency is there for development as well; the code of some packages is shipped in ours.',
      severity: 'error',
      from: { path: '^src/' },
      to: {
        pathNot: packages(bundledPackages.untyped),
        dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'],
        dependencyTypesNot: ['npm-peer'],
      },
    },
    { name: 'nothing-unresolved', severity: 'error', from: {}, to: { couldNotResolve: true } },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'default', 'types'] },
  },
};
