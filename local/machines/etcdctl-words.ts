/** The command line of etcdctl, as far as it is spoken here: global flags in any place, and the words between them. */

export interface EtcdctlCall {
  readonly words: readonly string[];
  readonly json: boolean;
  readonly hex: boolean;
  readonly cluster: boolean;
  readonly endpoints: readonly string[];
  /** All three files of a client that etcd trusts. */
  readonly hasCertificate: boolean;
}

const VALUED = new Set([
  'endpoints',
  'cacert',
  'cert',
  'key',
  'write-out',
  'command-timeout',
  'dial-timeout',
  'keepalive-time',
  'keepalive-timeout',
]);
const SWITCHES = new Set(['hex', 'cluster', 'insecure-skip-tls-verify', 'insecure-transport']);
const PKI = '/etc/kubernetes/pki/';

/** `undefined`: a flag that it does not know. */
export function readCall(args: readonly string[]): EtcdctlCall | undefined {
  const flags = new Map<string, string>();
  const words: string[] = [];
  for (let at = 0; at < args.length; at++) {
    const [name, given] = flagOf(args[at] ?? '');
    if (name === undefined) words.push(args[at] ?? '');
    else if (SWITCHES.has(name)) flags.set(name, given ?? 'true');
    else if (VALUED.has(name)) flags.set(name, given ?? args[++at] ?? '');
    else return undefined;
  }
  const isFile = (name: string, suffix: string) =>
    (flags.get(name) ?? '').startsWith(PKI) && (flags.get(name) ?? '').endsWith(suffix);
  return {
    words,
    json: flags.get('write-out') === 'json',
    hex: flags.get('hex') === 'true',
    cluster: flags.get('cluster') === 'true',
    endpoints: (flags.get('endpoints') ?? '127.0.0.1:2379').split(','),
    hasCertificate: isFile('cacert', '/etcd/ca.crt') && isFile('cert', '.crt') && isFile('key', '.key'),
  };
}

function flagOf(word: string): readonly [name?: string | undefined, value?: string | undefined] {
  if (word === '-w') return ['write-out'];
  if (/^-w=?./.test(word)) return ['write-out', word.replace(/^-w=?/, '')];
  const [, name, value] = /^--([a-z-]+)(?:=(.*))?$/s.exec(word) ?? [];
  return [name, value];
}
