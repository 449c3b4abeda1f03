import { readdir, readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join, sep } from 'node:path';
import { errorCodes } from '../../errors.ts';
import { reasons } from '../../machines/connection/reasons.ts';
import { packageRoot } from '../../util/package-root.ts';

export interface Asset {
  readonly type: string;
  readonly body: string;
}

const types: Readonly<Record<string, string>> = {
  js: 'text/javascript; charset=utf-8',
  css: 'text/css; charset=utf-8',
  svg: 'image/svg+xml; charset=utf-8',
  html: 'text/html; charset=utf-8',
  json: 'application/json; charset=utf-8',
};

const extensionOf = (name: string): string => name.slice(name.lastIndexOf('.') + 1);

async function folder(path: string, prefix: string, extensions: readonly string[]): Promise<[string, Asset][]> {
  const names = (await readdir(path)).filter((name) => extensions.includes(extensionOf(name)));
  return Promise.all(
    names.map(async (name): Promise<[string, Asset]> => {
      const type = types[extensionOf(name)] ?? 'text/plain';
      return [`${prefix}${name}`, { type, body: await readFile(join(path, name), 'utf8') }];
    }),
  );
}

/** The package exports another build to Node than to browsers; ours is the one in its root. */
function litFolder(): string {
  const file = createRequire(join(packageRoot, 'package.json')).resolve('lit-html');
  return file.slice(0, file.lastIndexOf(`${sep}lit-html${sep}`) + 'lit-html/'.length + 1);
}

/** Every file that the server ever sends, by its path: no path of a request touches the disk. */
export async function loadAssets(): Promise<ReadonlyMap<string, Asset>> {
  const lit = litFolder();
  const compiled = join(packageRoot, 'dist', 'inspector');
  const files = await Promise.all([
    folder(join(compiled, 'page'), '/page/', ['js', 'css', 'html']),
    folder(join(compiled, 'page', 'views'), '/page/views/', ['js']),
    folder(join(compiled, 'model'), '/model/', ['js']),
    folder(lit, '/lib/lit-html/', ['js']),
    folder(join(lit, 'directives'), '/lib/lit-html/directives/', ['js']),
    folder(join(packageRoot, 'diagrams'), '/charts/', ['svg']),
  ]);
  const words = JSON.stringify({ reasons, errors: errorCodes });
  return new Map([...files.flat(), ['/words.json', { type: types['json'] ?? '', body: words }]]);
}
