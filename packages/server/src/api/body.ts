import type { IncomingMessage } from 'node:http';
import { CodedError } from '../errors.ts';

export const bodyBytesMax = 64 * 1024;

/** The JSON of a request that changes something. Asking for the content type makes a browser ask first before it sends one from elsewhere. */
export async function readJson(request: IncomingMessage): Promise<unknown> {
  const type = (request.headers['content-type'] ?? '').split(';')[0].trim().toLowerCase();
  if (type !== 'application/json') throw new CodedError('unsupported_type', type === '' ? 'no content type' : type, { detail: 'The API takes application/json.' });
  const text = await readText(request);
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new CodedError('bad_query', text.slice(0, 80), { detail: 'The body is not valid JSON.', cause: error });
  }
}

async function readText(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > bodyBytesMax) throw new CodedError('too_large', `more than ${bodyBytesMax} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
