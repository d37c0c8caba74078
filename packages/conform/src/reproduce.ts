import type { Sent } from './client/exchange.ts';

const inlineBytesMax = 1_500;
const quote = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;
const isPrintable = (bytes: Buffer): boolean => bytes.every((byte) => byte >= 0x20 && byte < 0x7f);

/** A command for a shell that sends the same again. `file` is where the body was saved; without one, large bodies are named as such. */
export function toCurl(sent: Sent, file: string | null): string {
  if (sent.protocol === 'tcp') return `printf '%s' ${quote(sent.body.toString('latin1'))} | nc ${sent.url.replace(/^tcp:\/\//, '').replace(':', ' ')}`;
  const { source, data } = bodyOf(sent, file);
  const headers = Object.entries(sent.headers).map(([name, value]) => ` -H ${quote(`${name}: ${value}`)}`).join('');
  const version = sent.protocol === 'http/1.1' ? '' : ' --http2-prior-knowledge';
  const method = sent.method === 'HEAD' ? ' -I' : ` -X ${sent.method}`;
  return `${source}curl -sS -i${version}${method} ${quote(sent.url)}${headers}${data}`;
}

function bodyOf({ body, method }: Sent, file: string | null): { readonly source: string; readonly data: string } {
  if (body.length === 0) return { source: '', data: method === 'POST' ? ` --data-binary ''` : '' };
  if (file !== null) return { source: '', data: ` --data-binary @${quote(file)}` };
  if (body.length > inlineBytesMax) return { source: '', data: ` --data-binary @BODY   # ${body.length} bytes or more; --save keeps them` };
  if (isPrintable(body)) return { source: '', data: ` --data-binary ${quote(body.toString('latin1'))}` };
  return { source: `printf %s ${body.toString('base64')} | base64 -d | `, data: ' --data-binary @-' };
}
