/**
 * Reads a kubeconfig into what a connection needs. A kubeconfig may come from a customer's cloud, so it is hostile
 * input: size and aliases are bounded, and whatever would make us read files, run programs, skip verification or send
 * credentials in the clear is refused with words that say what to change. It never throws and never quotes a value.
 * Source: https://kubernetes.io/docs/reference/config-api/kubeconfig.v1/
 */
import { X509Certificate } from 'node:crypto';
import { createSecureContext } from 'node:tls';
import { parse } from 'yaml';
import { z } from 'zod';
import { type CloudError, fail, ok, type Result } from '../domain/errors.ts';
import { Secret } from '../domain/secret.ts';

/** Where the API server is and how we show who we are. Every PEM is text, decoded. */
export interface KubeAccess {
  /** `https:`; no query, no user information; the path ends without a slash. */
  readonly server: URL;
  /** Trust anchors; the system's when absent. */
  readonly certificateAuthority?: string;
  /** The name that the server's certificate must carry when it is not the host's. */
  readonly serverName?: string;
  readonly token?: Secret;
  readonly clientCertificate?: { readonly certificate: string; readonly key: Secret };
}

/** Our choice: an AKS kubeconfig has 10 KiB; anything far above is not one. */
const MAX_BYTES = 256 * 1024;
/** Our choice: nobody writes aliases into a kubeconfig; a few are harmless, an expansion bomb is not. */
const MAX_ALIASES = 16;

/** Entries keep all their fields: what is refused must be seen. */
const Fields = z.record(z.string(), z.unknown());
type Fields = z.output<typeof Fields>;

const Kubeconfig = z.object({
  clusters: z.array(z.object({ name: z.string(), cluster: Fields })),
  users: z.array(z.object({ name: z.string(), user: Fields })),
  contexts: z.array(
    z.object({ name: z.string(), context: z.object({ cluster: z.string(), user: z.string() }) }),
  ),
  'current-context': z.string(),
});

const Cluster = z.object({
  server: z.string(),
  'certificate-authority-data': z.base64().optional(),
  'tls-server-name': z.string().min(1).optional(),
});

const User = z.object({
  /** Visible ASCII only: anything else could not be a header. */
  token: z
    .string()
    .regex(/^[\x21-\x7e]+$/)
    .optional(),
  'client-certificate-data': z.base64().optional(),
  'client-key-data': z.base64().optional(),
});

/** What we will not honour, because leaving it out silently would weaken what the author asked for. */
const REFUSED_CLUSTER_FIELDS = {
  'insecure-skip-tls-verify':
    'skips the check of the server certificate; give certificate-authority-data instead',
  'certificate-authority': 'names a file; give certificate-authority-data instead',
  'proxy-url': 'asks for a proxy, which is not supported',
} as const;

const REFUSED_USER_FIELDS = {
  exec: 'runs a program for its credential, which is not supported here; give a token or a client certificate',
  'auth-provider': 'uses an auth provider, which is not supported; give a token or a client certificate',
  tokenFile: 'names a file; give token instead',
  'client-certificate': 'names a file; give client-certificate-data instead',
  'client-key': 'names a file; give client-key-data instead',
  username: 'uses a password, which Kubernetes no longer accepts; give a token or a client certificate',
  as: 'impersonates a user, which is not supported',
  'as-groups': 'impersonates groups, which is not supported',
  'as-uid': 'impersonates a user, which is not supported',
} as const;

/** Fails as `Unauthorized`: with this kubeconfig nobody can be let in. */
export function parseKubeconfig(kubeconfig: Secret): Result<KubeAccess> {
  const document = readYaml(kubeconfig.reveal());
  if (!document.ok) return document;
  const config = Kubeconfig.safeParse(document.value);
  if (!config.success) return refuse('is not a kubeconfig with a current context');

  const { clusters, users, contexts } = config.data;
  // Of entries with one name the first counts, as for kubectl.
  const context = contexts.find(({ name }) => name === config.data['current-context'])?.context;
  const cluster = clusters.find(({ name }) => name === context?.cluster)?.cluster;
  const user = users.find(({ name }) => name === context?.user)?.user;
  if (cluster === undefined || user === undefined)
    return refuse('lacks its current context, cluster or user');

  const refused = refusal(REFUSED_CLUSTER_FIELDS, cluster) ?? refusal(REFUSED_USER_FIELDS, user);
  return refused === undefined ? readAccess(cluster, user) : refuse(refused);
}

function readYaml(text: string): Result<unknown> {
  if (Buffer.byteLength(text) > MAX_BYTES) return refuse('is larger than 256 KiB');
  try {
    return ok(parse(text, { version: '1.2', schema: 'core', maxAliasCount: MAX_ALIASES, uniqueKeys: true }));
  } catch {
    // The parser's message quotes the text around the fault, which may be a key.
    return refuse('is not valid YAML');
  }
}

function readAccess(clusterEntry: Fields, userEntry: Fields): Result<KubeAccess> {
  const cluster = Cluster.safeParse(clusterEntry);
  const user = User.safeParse(userEntry);
  if (!cluster.success) return refuse('has a cluster without a server or with malformed certificate data');
  if (!user.success) return refuse('has a user whose token, certificate or key is malformed');
  const server = readServer(cluster.data.server);
  if (!server.ok) return server;

  const ca = cluster.data['certificate-authority-data'];
  const serverName = cluster.data['tls-server-name'];
  const credential = readCredential(user.data);
  if (credential === undefined) return refuse('has neither a token nor a client certificate with its key');
  const access: KubeAccess = {
    server: server.value,
    ...(ca === undefined ? {} : { certificateAuthority: decode(ca) }),
    ...(serverName === undefined ? {} : { serverName }),
    ...credential,
  };
  return isUsable(access)
    ? ok(access)
    : refuse('has a certificate or key that is not PEM, or that do not match');
}

function readServer(text: string): Result<URL> {
  const server = URL.parse(text);
  if (server === null) return refuse('has a server that is not a URL');
  // kubectl leaves credentials out of plain http for the same reason: they would be readable on the way.
  if (server.protocol !== 'https:') return refuse('has a server that is not https');
  if (server.username !== '' || server.password !== '' || server.search !== '' || server.hash !== '') {
    return refuse('has a server URL with more than host and path');
  }
  server.pathname = server.pathname.replace(/\/+$/, '');
  return ok(server);
}

function readCredential(
  user: z.output<typeof User>,
): Pick<KubeAccess, 'token' | 'clientCertificate'> | undefined {
  const certificate = user['client-certificate-data'];
  const key = user['client-key-data'];
  const pair = certificate !== undefined && key !== undefined;
  if (user.token === undefined && !pair) return undefined;
  return {
    ...(user.token === undefined ? {} : { token: new Secret(user.token) }),
    ...(pair
      ? { clientCertificate: { certificate: decode(certificate), key: new Secret(decode(key)) } }
      : {}),
  };
}

function refusal(table: Readonly<Record<string, string>>, given: Fields): string | undefined {
  // `false` and `""` ask for nothing: kubectl writes them out for defaults.
  const field = Object.keys(table).find((name) => Boolean(given[name]));
  return field === undefined ? undefined : `${table[field]} (${field})`;
}

/** Node itself judges the PEMs, and whether the key belongs to the certificate. */
function isUsable({ certificateAuthority: ca, clientCertificate }: KubeAccess): boolean {
  try {
    if (ca !== undefined) new X509Certificate(ca);
    createSecureContext({
      ...(ca === undefined ? {} : { ca }),
      ...(clientCertificate === undefined
        ? {}
        : { cert: clientCertificate.certificate, key: clientCertificate.key.reveal() }),
    });
    return true;
  } catch {
    return false;
  }
}

const decode = (base64: string): string => Buffer.from(base64, 'base64').toString('utf8');

function refuse(why: string): Result<never> {
  return fail({
    code: 'Unauthorized',
    message: `The kubeconfig ${why}.`,
    hint: 'Fetch a fresh admin kubeconfig from the cloud.',
    source: 'kube:kubeconfig:Refused',
  } satisfies CloudError);
}
