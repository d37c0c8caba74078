import { expect, test } from 'vitest';
import { tellSpeech } from './sniff.ts';

test.each([
  ['', null], ['P', null], ['PRI', null], ['PRI ', 'http2'], ['PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 'http2'],
  ['PO', 'http1'], ['POST /v1/traces', 'http1'], ['PROPFIND', 'http1'], ['PRIX', 'http1'], ['GET', 'http1'], ['\0', 'http1'],
  ['\x16', 'tls'], ['\x16\x03\x01', 'tls'],
] as const)('%j is told as %s', (first, speech) => {
  expect(tellSpeech(Buffer.from(first, 'latin1'))).toBe(speech);
});
