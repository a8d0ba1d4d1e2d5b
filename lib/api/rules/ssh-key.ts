/**
 * SSH public keys (A130). A private key that was pasted by mistake is refused without being repeated anywhere: not in the
 * message, not in a log.
 */
import sshpk from 'sshpk';
import { violation } from '../../domain/findings.ts';
import { type Read, read } from '../read.ts';

/** AKS: https://learn.microsoft.com/azure/aks/aks-ssh-overview lists RSA; below 2048 bits Azure refuses. */
const MIN_RSA_BITS = 2048;
const MAX_LENGTH = 16_384;

export function readSshPublicKey(given: unknown, path: string): Read<string> {
  if (typeof given !== 'string' || given.length > MAX_LENGTH) return read('', malformed(path));
  const text = given.trim();
  if (/PRIVATE KEY|PuTTY-User-Key-File/i.test(text)) {
    return read(
      '',
      violation(
        'SSH_PRIVATE_KEY',
        path,
        'This is a private key. It was not kept, but it has left your machine: replace it.',
        'The public key is in the file that ends in .pub.',
      ),
    );
  }
  const key = parsed(text);
  if (!key) return read('', malformed(path));
  if (key.type !== 'rsa' || key.size < MIN_RSA_BITS) {
    return read(
      '',
      violation(
        'SSH_KEY_TYPE',
        path,
        `AKS takes RSA keys of ${MIN_RSA_BITS} bits or more, not ${key.type} ${key.size}.`,
      ),
    );
  }
  return read(text);
}

function parsed(text: string): { readonly type: string; readonly size: number } | undefined {
  // One line: further lines would be further keys, or options that we do not mean to pass on.
  if (/[\r\n]/.test(text)) return undefined;
  try {
    return sshpk.parseKey(text, 'ssh');
  } catch (error) {
    if (error instanceof sshpk.KeyParseError) return undefined;
    throw error;
  }
}

function malformed(path: string) {
  return violation('SSH_KEY_INVALID', path, 'This is no OpenSSH public key: one line, «ssh-rsa AAAA...».');
}
