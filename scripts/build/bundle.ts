import { readFileSync } from 'node:fs';
import { type OutputChunk, rolldown } from 'rolldown';
import { bundledPackages } from './bundled-packages.ts';

interface Manifest {
  readonly exports: Readonly<Record<string, string | { readonly default: string }>>;
  readonly bin: Readonly<Record<string, string>>;
  readonly dependencies: Readonly<Record<string, string>>;
  readonly peerDependencies: Readonly<Record<string, string>>;
}

/** Folder of a package below the root, such as `node_modules/rxjs/`; the last one where packages are nested. */
const packageFolder = /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+\//;

/** The public entry points and commands, by their name below dist/ without the extension. */
function readEntries({ exports, bin }: Manifest): Record<string, string> {
  const files = [
    ...Object.values(exports).flatMap((entry) => (typeof entry === 'string' ? [] : [entry.default])),
    ...Object.values(bin),
  ];
  const names = files.map((file) => file.replace(/^(?:\.\/)?dist\//, '').replace(/\.js$/, ''));
  return Object.fromEntries(names.map((name) => [name, `src/${name}.ts`]));
}

/** Writes the code of the package into dist/. Returns the folders of the packages whose code became part of it. */
export async function bundle(root: string): Promise<ReadonlySet<string>> {
  const manifest = JSON.parse(readFileSync(`${root}package.json`, 'utf8')) as Manifest;
  const installed = Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies });
  const external = installed.filter((name) => !bundledPackages.typed.some((typed) => typed === name));
  const bundled = await rolldown({
    cwd: root,
    input: readEntries(manifest),
    platform: 'node',
    resolve: {
      alias: {
        // Node would take the CommonJS, of which nothing can be left out.
        rxjs: `${root}node_modules/rxjs/dist/esm/index.js`,
        '@peculiar/x509': `${root}scripts/build/unused-x509.ts`,
      },
    },
    external: (id) => external.some((name) => id === name || id.startsWith(`${name}/`)),
    onLog(level, log) {
      if (level === 'warn') throw new Error(log.message);
    },
  });
  const { output } = await bundled.write({
    dir: 'dist',
    format: 'esm',
    sourcemap: true,
    chunkFileNames: 'chunks/[name]-[hash].js',
  });
  const modules = output
    .filter((part): part is OutputChunk => part.type === 'chunk')
    .flatMap(({ modules: parts }) => Object.keys(parts));
  return new Set(modules.flatMap((id) => packageFolder.exec(id) ?? []));
}
