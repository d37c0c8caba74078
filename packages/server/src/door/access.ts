import type { Access } from '../api/context.ts';
import { isLoopback } from '../config/config.ts';
import type { Settings } from '../config/table.ts';
import { readOrigins } from '../intake/cors.ts';
import type { Keyring } from '../keys/keyring.ts';
import type { Secured } from './open-doors.ts';

export interface AccessOptions {
  readonly settings: Settings;
  readonly secured: Secured;
  readonly keyring: Keyring;
  addresses(): { readonly grpc: string; readonly http: string; readonly console: string };
}

/** What the API asks and tells about credentials and ports. */
export function makeAccess({ settings, secured, keyring, addresses }: AccessOptions): Access {
  const doorOf = (serves: 'otlp' | 'console', host: string, address: string): ReturnType<Access['state']>['doors'][number] => {
    const certificates = serves === 'otlp' ? secured.otlp : secured.console;
    return { serves, address, tls: certificates !== null, clientCertificates: certificates?.asksClients() ?? false, loopback: isLoopback(host) };
  };
  return {
    isSecure: secured.console !== null,
    isNeeded: () => keyring.isNeeded('api'),
    check: (secret) => keyring.check(secret, 'api'),
    sessionOf: keyring.sessionOf,
    sessionName: keyring.sessionName,
    state() {
      const { grpc, http, console } = addresses();
      const certificate = secured.otlp?.state() ?? null;
      return {
        doors: [doorOf('otlp', settings.grpcHost, grpc), doorOf('otlp', settings.httpHost, http), doorOf('console', settings.consoleHost, console)],
        certificate: certificate === null ? null : { subject: certificate.subject, issuer: certificate.issuer, fromMs: certificate.fromMs, toMs: certificate.toMs },
        needed: { ingest: keyring.isNeeded('ingest'), api: keyring.isNeeded('api') },
        hasToken: settings.token !== '',
        keys: keyring.keys().map((key) => ({
          name: key.name, scope: key.scope, createdMs: key.createdMs, revokedMs: key.revokedMs, lastUsedMs: keyring.lastUsedMs(key),
          secrets: key.secrets.map(({ id, createdMs, expiresMs }) => ({ id, createdMs, expiresMs })), quota: key.quota,
        })),
        corsOrigins: readOrigins(settings.corsOrigins),
      };
    },
  };
}
