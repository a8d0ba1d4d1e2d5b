/**
 * How a TLS connection to an API server is opened: with the kubeconfig's trust anchors, name and client certificate. In
 * local mode names of AWS load balancers resolve nowhere; they are dialled at the gateway, and everything that TLS
 * checks stays as it is.
 */
import type { KubeAccess } from './kubeconfig.ts';

/** Wall milliseconds. */
export const CONNECT_TIMEOUT_MS = 5_000;

export interface TlsOptions {
  readonly minVersion: 'TLSv1.2';
  readonly ca?: string;
  readonly servername?: string;
  readonly cert?: string;
  readonly key?: string;
}

export function tlsOptions({
  certificateAuthority: ca,
  serverName: servername,
  clientCertificate,
}: KubeAccess): TlsOptions {
  return {
    minVersion: 'TLSv1.2',
    ...(ca === undefined ? {} : { ca }),
    ...(servername === undefined ? {} : { servername }),
    ...(clientCertificate === undefined
      ? {}
      : { cert: clientCertificate.certificate, key: clientCertificate.key.reveal() }),
  };
}

/** https://docs.aws.amazon.com/general/latest/gr/elb.html: names of load balancers end so. */
const BALANCER = /\.elb\.[a-z0-9-]+\.amazonaws\.com(?:\.cn)?$/i;

export interface Dialled {
  readonly host: string;
  readonly port: string;
}

/** `gateway`: `host:port`, or empty. */
export function dialled(host: string, port: string, gateway: string): Dialled {
  if (gateway === '' || !BALANCER.test(host)) return { host, port: port || '443' };
  const colon = gateway.lastIndexOf(':');
  return { host: gateway.slice(0, colon), port: gateway.slice(colon + 1) };
}
