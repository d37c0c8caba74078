import { createHash } from 'node:crypto';
import { readdir, readFile, stat } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { extname, join } from 'node:path';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { errorTable } from './errors.ts';

export interface StaticFiles {
  /** `path` is the path of the request, still encoded. */
  serve(request: IncomingMessage, response: ServerResponse, path: string): Promise<void>;
}

interface Asset {
  readonly type: string;
  readonly etag: string;
  readonly bytes: Buffer;
  /** null when compression does not make it smaller. */
  readonly zipped: Buffer | null;
  /** The build puts a hash of the content into the name: it never changes. */
  readonly isImmutable: boolean;
}

/** More than a console ever has; a folder that is larger is not one. */
const limits = { files: 2_000, fileBytes: 16 * 1024 * 1024, depth: 8 } as const;

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8', '.js': 'text/javascript; charset=utf-8', '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8', '.map': 'application/json; charset=utf-8', '.svg': 'image/svg+xml',
  '.png': 'image/png', '.ico': 'image/x-icon', '.woff2': 'font/woff2', '.woff': 'font/woff', '.txt': 'text/plain; charset=utf-8',
  '.webmanifest': 'application/manifest+json',
};
const compressible = /^text\/|json|svg/;
const compress = promisify(gzip);

/**
 * Serves the built console. Only files that were found in the folder are served, by looking the path up in a table:
 * no path of a request ever reaches the file system. Other paths get index.html, where the console's own router takes over. A new build is noticed by its index.html.
 */
export function openStatic(folder: string | null): StaticFiles {
  let names: ReadonlyMap<string, string> = new Map();
  let builtMs = -1;
  let assets = new Map<string, Promise<Asset>>();

  async function look(root: string): Promise<void> {
    const indexMs = await stat(join(root, 'index.html')).then((found) => found.mtimeMs, () => null);
    if (indexMs === null) names = new Map();
    else if (indexMs !== builtMs) {
      names = new Map(await filesUnder(root, '', 0));
      assets = new Map();
    }
    builtMs = indexMs ?? -1;
  }

  function load(path: string, file: string): Promise<Asset> {
    let asset = assets.get(path);
    if (asset === undefined) {
      asset = readAsset(path, file);
      asset.catch(() => assets.delete(path));
      assets.set(path, asset);
    }
    return asset;
  }

  return {
    async serve(request, response, path) {
      if (request.method !== 'GET' && request.method !== 'HEAD') {
        response.setHeader('allow', 'GET, HEAD');
        return page(response, 405, 'This path does not take this method', 'Pages are read with GET.');
      }
      const wanted = decoded(path);
      if (folder !== null && (wanted === '/' || !names.has(wanted))) await look(folder);
      const index = names.get('/index.html');
      if (folder === null || index === undefined) return page(response, 503, errorTable.console_not_built.what, errorTable.console_not_built.next);
      const file = names.get(wanted);
      if (file !== undefined && wanted !== '/index.html') return send(request, response, await load(wanted, file));
      if (isAsset(wanted, request)) return page(response, 404, 'There is no such file', 'Start at the first page: /');
      return send(request, response, await load('/index.html', index));
    },
  };
}

/** A script or picture that is not there must not be answered with the page. Names of services and metrics have dots too: who navigates gets the page. */
function isAsset(path: string, request: IncomingMessage): boolean {
  return path !== '/index.html' && Object.hasOwn(types, extname(path).toLowerCase()) && !(request.headers.accept ?? '').includes('text/html');
}

async function filesUnder(root: string, under: string, depth: number): Promise<[string, string][]> {
  if (depth > limits.depth) return [];
  const found: [string, string][] = [];
  for (const entry of await readdir(join(root, under), { withFileTypes: true })) {
    const name = `${under}/${entry.name}`;
    if (entry.isDirectory()) found.push(...await filesUnder(root, name, depth + 1));
    else if (entry.isFile()) found.push([name, join(root, name)]);
    if (found.length > limits.files) return found.slice(0, limits.files);
  }
  return found;
}

async function readAsset(path: string, file: string): Promise<Asset> {
  if ((await stat(file)).size > limits.fileBytes) throw new Error(`${file} is larger than ${limits.fileBytes} bytes`);
  const bytes = await readFile(file);
  const type = types[extname(path).toLowerCase()] ?? 'application/octet-stream';
  const zipped = compressible.test(type) ? await compress(bytes, { level: 9 }) : null;
  return {
    type, bytes,
    etag: `"${createHash('sha256').update(bytes).digest('base64url').slice(0, 22)}"`,
    zipped: zipped !== null && zipped.length < bytes.length ? zipped : null,
    isImmutable: /^\/assets\/.+-[\w-]{8,}\.\w+$/.test(path),
  };
}

function send(request: IncomingMessage, response: ServerResponse, asset: Asset): void {
  const zipped = /\bgzip\b/.test(String(request.headers['accept-encoding'] ?? '')) ? asset.zipped : null;
  const etag = zipped === null ? asset.etag : asset.etag.replace(/"$/, '-gz"');
  response.setHeader('etag', etag);
  response.setHeader('vary', 'accept-encoding');
  response.setHeader('cache-control', asset.isImmutable ? 'public, max-age=31536000, immutable' : 'no-cache');
  if ((request.headers['if-none-match'] ?? '').split(/\s*,\s*/).includes(etag)) {
    response.writeHead(304).end();
    return;
  }
  const body = zipped ?? asset.bytes;
  response.writeHead(200, { 'content-type': asset.type, 'content-length': body.length, ...(zipped === null ? {} : { 'content-encoding': 'gzip' }) });
  response.end(request.method === 'HEAD' ? undefined : body);
}

/** A page for people that needs no build. Its words are our own: nothing of the request is repeated. */
function page(response: ServerResponse, status: number, what: string, next: string): void {
  response.writeHead(status, { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store' });
  response.end(`<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Clew</title>
<style>body{font:16px/1.5 system-ui,sans-serif;max-width:36rem;margin:20vh auto;padding:0 1rem;color-scheme:light dark}</style></head>
<body><h1>Clew</h1><p>${what}</p><p>${next}</p><p>The API answers at <a href="/api/v1/now">/api/v1/now</a>; it is described at <a href="/api/v1/openapi.json">/api/v1/openapi.json</a>.</p></body></html>\n`);
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    // Not valid percent-encoding names no file; it is treated like any other unknown path.
    return path;
  }
}
