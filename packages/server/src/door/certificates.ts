import { constants, X509Certificate } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { createSecureContext } from 'node:tls';
import type { TlsOptions } from 'node:tls';
import { CodedError, reasonOf } from '../errors.ts';

/** Files are looked at this often: renewal needs no signal and no restart. */
const lookEveryMs = 1_000;
const soonMs = 7 * 86_400_000;

export interface CertificateFiles {
  /** PEM: the server's certificate, then those of the authorities between it and the root. */
  readonly cert: string;
  readonly key: string;
  /** PEM: authorities whose clients are let in; null asks for no client certificate. */
  readonly clientCa: string | null;
}

export interface CertificateState {
  readonly subject: string;
  readonly issuer: string;
  readonly fromMs: number;
  readonly toMs: number;
  readonly asksClients: boolean;
}

/** What TLS needs, as it stands in the files now. */
export interface Certificates {
  options(): TlsOptions;
  asksClients(): boolean;
  state(): CertificateState;
  /** Connections that are open keep what they began with. */
  onChange(listener: (options: TlsOptions) => void): () => void;
  close(): void;
}

export interface CertificatesOptions {
  readonly files: CertificateFiles;
  nowMs(): number;
  /** A sentence for health; null when all is well again. */
  onProblem(what: string | null): void;
}

interface Loaded { readonly options: TlsOptions; readonly state: CertificateState }

/** Throws `bad_setting` when the files are no good at the start. Later a bad file changes nothing: what was good is kept. */
export function openCertificates({ files, nowMs, onProblem }: CertificatesOptions): Certificates {
  const listeners = new Set<(options: TlsOptions) => void>();
  let loaded: Loaded;
  let seen = fingerprint(files);
  try {
    loaded = load(files);
  } catch (error) {
    throw new CodedError('bad_setting', `tls-cert = ${files.cert}`, { detail: `${reasonOf(error)}.`, cause: error });
  }
  let problem: string | null = null;

  function look(): void {
    const now = fingerprint(files);
    let words: string | null = null;
    if (now !== seen) {
      try {
        loaded = load(files);
        seen = now;
        for (const listener of listeners) listener(loaded.options);
      } catch (error) {
        // Certificate and key are written one after the other: the next look may find them whole.
        words = `the new TLS files are not used: ${reasonOf(error)}; the old ones still are`;
      }
    }
    words ??= expiryOf(loaded.state, nowMs());
    if (words !== problem) onProblem(words);
    problem = words;
  }
  problem = expiryOf(loaded.state, nowMs());
  if (problem !== null) onProblem(problem);
  const timer = setInterval(look, lookEveryMs);
  timer.unref();

  return {
    options: () => loaded.options,
    asksClients: () => files.clientCa !== null,
    state: () => loaded.state,
    onChange(listener) {
      listeners.add(listener);
      return () => { listeners.delete(listener); };
    },
    close: () => clearInterval(timer),
  };
}

function load({ cert, key, clientCa }: CertificateFiles): Loaded {
  const options = {
    cert: readFileSync(cert), key: readFileSync(key), minVersion: 'TLSv1.2' as const,
    // Whether a client is let in is decided by who takes the connection, so that it can be told. Without tickets a client
    // whose authority was removed cannot come back by an old session.
    ...(clientCa === null ? {} : { ca: readAuthorities(clientCa), requestCert: true, rejectUnauthorized: false, secureOptions: constants.SSL_OP_NO_TICKET }),
  };
  createSecureContext(options);
  const { subject, issuer, validFrom, validTo } = new X509Certificate(options.cert);
  return { options, state: { subject: oneLine(subject), issuer: oneLine(issuer), fromMs: Date.parse(validFrom), toMs: Date.parse(validTo), asksClients: clientCa !== null } };
}

/** OpenSSL passes over what is no certificate: an empty file would be a list of nobody, or of everybody. */
function readAuthorities(file: string): Buffer {
  const pem = readFileSync(file);
  if (!pem.includes('-----BEGIN CERTIFICATE-----')) throw new Error(`${file} holds no certificate`);
  if (!new X509Certificate(pem).ca) throw new Error(`${file} begins with a certificate that is no authority`);
  return pem;
}

const oneLine = (name: string): string => name.replaceAll('\n', ', ');

function fingerprint({ cert, key, clientCa }: CertificateFiles): string {
  return [cert, key, clientCa].map((file) => {
    if (file === null) return '';
    const { mtimeMs = 0, size = 0, ino = 0 } = statSync(file, { throwIfNoEntry: false }) ?? {};
    return `${mtimeMs}:${size}:${ino}`;
  }).join(' ');
}

function expiryOf({ toMs }: CertificateState, nowMs: number): string | null {
  if (toMs <= nowMs) return 'the TLS certificate has expired: clients refuse it';
  return toMs - nowMs < soonMs ? `the TLS certificate expires in ${Math.ceil((toMs - nowMs) / 86_400_000)} days` : null;
}
